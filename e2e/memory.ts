/**
 * Reads the memory of every process of a real browser while a vault is made, opened, used and locked, and counts what is left of
 * the secrets.
 *
 *   npm run test:memory -- [--runs N] [--short] [--only WORDS] [--engine chromium|firefox] [--verbose] [--write]
 *
 * `--only` takes words that a scenario's name must hold, such as "typed two". `--write` puts the table into docs/threat-model.md.
 * Linux, as root.
 */
import { spawnSync } from 'node:child_process';
import { parseArgs } from 'node:util';
import { leftWithoutVault, type Control } from './memory/control.ts';
import { blindness, broken } from './memory/promises.ts';
import { table, writeTable, type Row } from './memory/report.ts';
import { runScenario, type Result } from './memory/run.ts';
import { nameOf, scenarios, type Planned } from './memory/scenarios.ts';
import { startUnlimited } from './crash/site.ts';
import { root } from './support/site.ts';

const { values: options } = parseArgs({
  options: {
    runs: { type: 'string', default: '1' },
    short: { type: 'boolean', default: false },
    only: { type: 'string', default: '' },
    engine: { type: 'string' },
    verbose: { type: 'boolean', default: false },
    write: { type: 'boolean', default: false },
  },
});
const runs = Number(options.runs);

function chosen(scenario: Planned): boolean {
  const name = nameOf(scenario);
  return (
    (!options.short || scenario.short) &&
    (options.engine === undefined || scenario.engine === options.engine) &&
    options.only.split(/[ ,]+/).every((word) => name.includes(word))
  );
}

function printLooks({ looks, hosts, stayed }: Result): void {
  for (const { step, counts, bytes, kinds, took } of looks) {
    const size = `${(bytes / 2 ** 20).toFixed(0)} MiB in ${took.toFixed(0)} ms`;
    console.log(`  ${step}: ${String(kinds.length)} processes (${[...new Set(kinds)].join(', ')}), ${size}`);
    for (const { secret, place, kind, pid, encoding, runs: count, whole } of counts) {
      const where = `${kind} ${String(pid)}${place === 'vault' ? " (the vault's)" : ''}`;
      console.log(
        `    ${secret}, ${encoding}: ${String(count)}, ${String(whole)} of them whole, in ${where}`,
      );
    }
  }
  console.log(`  hosted by ${hosts.join(', ')}, of which stayed: ${stayed.join(', ') || 'none'}`);
}

/** A build that wipes nothing has to break a promise, or the promises show nothing. */
function verdictOf(scenario: Planned, result: Result): string[] {
  const unseen = blindness(result);
  const problems = broken(scenario, result);
  if (scenario.build === 'wasm') return [...unseen, ...problems];
  for (const problem of problems) console.log(`     noticed: ${problem}`);
  return problems.length > 0 ? unseen : [...unseen, 'a build that wipes nothing was not noticed'];
}

const site = await startUnlimited();
const rows: Row[] = [];
let kept = 0;
let done = 0;
try {
  for (const scenario of scenarios.filter(chosen)) {
    const results: Result[] = [];
    for (let run = 1; run <= (scenario.often ? runs : Math.ceil(runs / 10)); run++) {
      const begin = performance.now();
      done += 1;
      const name = `${nameOf(scenario)}, run ${String(run)}`;
      let problems: string[];
      try {
        const result = await runScenario(scenario, site);
        results.push(result);
        if (options.verbose) printLooks(result);
        problems = verdictOf(scenario, result);
      } catch (error) {
        problems = [error instanceof Error ? error.message : String(error)];
      }
      if (problems.length === 0) kept += 1;
      const seconds = ((performance.now() - begin) / 1000).toFixed(1);
      console.log(`${problems.length === 0 ? 'ok  ' : 'FAIL'} ${name} (${seconds} s)`);
      for (const problem of problems) console.log(`       ${problem}`);
    }
    if (scenario.build === 'wasm' && results.length > 0) rows.push({ scenario, results });
  }
} finally {
  await site.stop();
}
const controls: Control[] = [];
const waysOf = new Map(
  rows.map(({ scenario: { engine, way } }) => [`${engine} ${way.name}`, { engine, way }]),
);
if (!options.short)
  for (const { engine, way } of waysOf.values()) controls.push(await leftWithoutVault(engine, way));
const text = table(rows, controls);
console.log(`\n${text}\n`);
if (options.write) {
  writeTable(`${root}docs/threat-model.md`, text);
  spawnSync(process.execPath, ['node_modules/prettier/bin/prettier.cjs', '--write', 'docs/threat-model.md'], {
    cwd: root,
  });
}
console.log(`${String(kept)} of ${String(done)} runs kept every promise about memory`);
process.exit(done > 0 && kept === done ? 0 : 1);
