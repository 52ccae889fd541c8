/**
 * What the vault costs beside its peers: deriving a key from a password, opening records, what a person waits for, memory, size.
 *
 *   npm run bench [-- --json] [-- --write] [-- --only PART,...] [-- --engine chromium|node] [-- --phase warm|cold]
 *                 [-- --setting MIB/PASSES,...] [-- --rounds N]
 *
 * Parts: kdf, records, felt, memory, size. `--write` puts the tables of what was measured into docs/performance.md. Linux, with
 * Chromium, g++ and libsodium-dev; installs the peers into bench/node_modules first.
 */
import { parseArgs } from 'node:util';
import { startChromium } from './engine/chromium.ts';
import type { Engine } from './engine/engine.ts';
import { node } from './engine/node.ts';
import { measureFelt } from './felt.ts';
import { settings } from './kdf/contender.ts';
import { measureCold, measureWarm, type KdfRow } from './kdf/measure.ts';
import { buildNative } from './kdf/native.ts';
import { measureMemory } from './memory.ts';
import { installPeers } from './peers.ts';
import { counts } from './records/contender.ts';
import { measureRecords, type RecordsRow } from './records/measure.ts';
import { sections, writeSections, type Figures } from './report.ts';
import { weighDist } from '../tools/lib/weight.ts';

const parts = ['kdf', 'records', 'felt', 'memory', 'size'] as const;
const engines = ['chromium', 'node'] as const;
const phases = ['warm', 'cold'] as const;

const { values: options } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    write: { type: 'boolean', default: false },
    only: { type: 'string', default: parts.join() },
    engine: { type: 'string', default: engines.join() },
    phase: { type: 'string', default: phases.join() },
    setting: { type: 'string', default: '' },
    rounds: { type: 'string', default: '5' },
  },
});

const named = (list: string): readonly string[] => list.split(',');
const asked = named(options.only);
const rounds = Number(options.rounds);
if (!Number.isInteger(rounds) || rounds < 1) throw new Error('--rounds takes a number');
for (const part of asked)
  if (!parts.some((known) => known === part)) throw new Error(`there is no part ${part}`);
const chosen = settings.filter(
  ({ memoryKib, passes }) =>
    options.setting === '' ||
    named(options.setting).includes(`${String(memoryKib / 1024)}/${String(passes)}`),
);

async function inEngines<Row>(measure: (engine: Engine) => Promise<Row[]>): Promise<Row[]> {
  const rows: Row[] = [];
  for (const name of engines.filter((each) => named(options.engine).includes(each))) {
    const engine = name === 'node' ? node : await startChromium();
    try {
      rows.push(...(await measure(engine)));
    } finally {
      await engine.close();
    }
  }
  return rows;
}

/** Where there is a terminal, or a log, to follow it: a whole run takes a quarter of an hour. */
function say(text: string): void {
  console.error(text);
}

async function kdf(engine: Engine): Promise<KdfRow[]> {
  const rows: KdfRow[] = [];
  for (const phase of phases.filter((each) => named(options.phase).includes(each)))
    for (const setting of chosen) {
      say(
        `kdf: ${engine.name}, ${phase}, ${String(setting.memoryKib / 1024)} MiB, ${String(setting.passes)}`,
      );
      const measure = phase === 'warm' ? measureWarm : measureCold;
      rows.push(...(await measure(engine, setting, rounds)));
    }
  return rows;
}

async function records(engine: Engine): Promise<RecordsRow[]> {
  const rows: RecordsRow[] = [];
  for (const count of counts) {
    say(`records: ${engine.name}, ${String(count)}`);
    rows.push(...(await measureRecords(engine, count, rounds)));
  }
  return rows;
}

if (asked.includes('kdf') || asked.includes('records')) installPeers();
if (asked.includes('kdf')) buildNative();
const figures: Figures = {
  kdf: asked.includes('kdf') ? await inEngines(kdf) : [],
  records: asked.includes('records') ? await inEngines(records) : [],
  felt: asked.includes('felt') ? await measureFelt(rounds) : null,
  memory: asked.includes('memory') ? await measureMemory() : null,
  size: asked.includes('size') ? weighDist() : null,
};
if (options.json) console.log(JSON.stringify(figures));
else for (const { title, table } of sections(figures)) console.log(`\n${title}\n\n${table}`);
if (options.write) writeSections(figures);
