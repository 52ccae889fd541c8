/** The figures as tables, one for each part, and where they stand in docs/performance.md. */
import { readFileSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { isWithin, type Load } from '../tools/lib/weight.ts';
import type { Felt, Span } from './felt.ts';
import type { KdfRow } from './kdf/measure.ts';
import type { Memory } from './memory.ts';
import type { RecordsRow } from './records/measure.ts';

/** What was not measured is empty, or null. */
export interface Figures {
  readonly kdf: readonly KdfRow[];
  readonly records: readonly RecordsRow[];
  readonly felt: Felt | null;
  readonly memory: Memory | null;
  readonly size: readonly Load[] | null;
}

export interface Section {
  /** Between `<!-- bench:MARK -->` and its end. */
  readonly mark: string;
  readonly title: string;
  readonly table: string;
}

const file = new URL('../docs/performance.md', import.meta.url);

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  const rule = head.map((_, i) => (i === 0 ? '---' : '--:'));
  return [line(head), line(rule), ...rows.map(line)].join('\n');
}

function unique<T>(values: readonly T[]): T[] {
  return [...new Set(values)];
}

function ms(value: number): string {
  return value < 10 ? value.toPrecision(2) : value.toFixed(1);
}

/** A line for each contender, a column for each setting: median, minimum in brackets, ratio to native. */
function kdfSection(rows: readonly KdfRow[]): Section[] {
  const kinds = unique(rows.map(({ engine, phase }) => `${engine} ${phase}`));
  return kinds.map((kind) => {
    const here = rows.filter(({ engine, phase }) => `${engine} ${phase}` === kind);
    const settingOf = ({ m_mib, t }: KdfRow): string => `${String(m_mib)} MiB, ${String(t)} passes`;
    const settings = unique(here.map(settingOf));
    const lines = unique(here.map(({ contender }) => contender)).map((contender) => [
      contender,
      ...settings.map((setting) => {
        const row = here.find((each) => each.contender === contender && settingOf(each) === setting);
        return row === undefined
          ? ''
          : `${ms(row.median_ms)} (${ms(row.min_ms)}) ${row.vs_native.toFixed(2)}x`;
      }),
    ]);
    return {
      mark: `kdf-${kind.replace(' ', '-')}`,
      title: `Argon2id, ${kind}: median ms (minimum), times native libsodium`,
      table: table(['', ...settings], lines),
    };
  });
}

function recordsSection(rows: readonly RecordsRow[]): Section[] {
  return unique(rows.map(({ engine }) => engine)).map((engine) => {
    const here = rows.filter((row) => row.engine === engine);
    const counts = unique(here.map(({ records }) => records));
    const lines = unique(here.map(({ contender }) => contender)).map((contender) => [
      contender,
      ...counts.map((count) => {
        const row = here.find((each) => each.contender === contender && each.records === count);
        return row === undefined
          ? ''
          : `${ms(row.median_ms)} (${ms(row.min_ms)}) ${row.vs_libsodium.toFixed(2)}x`;
      }),
    ]);
    return {
      mark: `records-${engine}`,
      title: `Opening records of 200 bytes, ${engine}: median ms (minimum), times as fast as libsodium-wrappers`,
      table: table(['', ...counts.map((count) => `${String(count)} records`)], lines),
    };
  });
}

function feltSection(felt: Felt | null): Section[] {
  if (felt === null) return [];
  const row = (name: string, { median_ms, min_ms }: Span): string[] => [name, ms(median_ms), ms(min_ms)];
  return [
    {
      mark: 'felt',
      title: `What a person waits for, ${String(felt.records)} keys stored`,
      table: table(
        ['', 'median ms', 'minimum'],
        [
          row('opening the page to being able to type, files cached', felt.typing),
          row('the same in an app that frames the vault', felt.typing_embedded),
          row('`Unlock` to the cards', felt.unlock),
          row('of that, the derivation', felt.derivation),
          row('of that, everything else', felt.added),
          row('`Lock` to the worker being gone', felt.lock),
        ],
      ),
    },
  ];
}

function memorySection(memory: Memory | null): Section[] {
  if (memory === null) return [];
  const mib = (value: number): string => value.toFixed(1);
  return [
    {
      mark: 'memory',
      title: 'Memory of the tab in MiB',
      table: table(
        ['', 'before unlocking', 'most while unlocking', '2 s after'],
        [
          ['RSS', mib(memory.rss_before), mib(memory.rss_during), mib(memory.rss_after)],
          ['linear memory', mib(memory.linear_before), '', mib(memory.linear_after)],
        ],
      ),
    },
  ];
}

function sizeSection(size: readonly Load[] | null): Section[] {
  if (size === null) return [];
  const lines = size.flatMap((load) => {
    const { limits } = load;
    const limit = `${String(limits.brotli)}${limits.gzip === null ? '' : ` / ${String(limits.gzip)}`}`;
    return [
      ...load.files.map((each) => [each.file, ...[each.plain, each.brotli, each.gzip].map(String), '']),
      ...load.without.map((each) => [
        `without ${each.file} in it`,
        ...[each.plain, each.brotli, each.gzip].map((value) => `-${String(value)}`),
        '',
      ]),
      [
        `**${load.name}**`,
        ...[load.plain, load.brotli, load.gzip].map(String),
        `${limit}${isWithin(load) ? '' : ' exceeded'}`,
      ],
    ];
  });
  return [
    {
      mark: 'size',
      title: 'What weighs what, in bytes',
      table: table(['', 'plain', 'brotli', 'gzip', 'at most, brotli / gzip'], lines),
    },
  ];
}

export function sections({ kdf, records, felt, memory, size }: Figures): Section[] {
  return [
    ...kdfSection(kdf),
    ...recordsSection(records),
    ...feltSection(felt),
    ...memorySection(memory),
    ...sizeSection(size),
  ];
}

/** Puts the tables of what was measured between their marks; the others stay. */
export function writeSections(figures: Figures): void {
  const machine = `${cpus()[0]?.model ?? 'unknown'}, ${String(cpus().length)} cores, Node ${process.version}.`;
  let text = readFileSync(file, 'utf8');
  for (const { mark, title, table: rows } of sections(figures)) {
    const [begin, end] = [`<!-- bench:${mark} -->`, `<!-- /bench:${mark} -->`];
    const [from, to] = [text.indexOf(begin), text.indexOf(end)];
    if (from < 0 || to < from) throw new Error(`docs/performance.md has no place for ${mark}`);
    text = `${text.slice(0, from)}${begin}\n\n${title}. ${machine}\n\n${rows}\n\n${text.slice(to)}`;
  }
  writeFileSync(file, text);
}
