/** The figures as tables, and what they are held against. */
import { readFileSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import type { Cost } from './measure.ts';

/** Times in milliseconds; those of `reseal` and `scrub` are of processor, for one call. */
export interface Figures {
  readonly procedures: Readonly<
    Record<'bareOne' | 'one' | 'bareThree' | 'three' | 'bareEight' | 'eight', Cost>
  >;
  /** The core opens a sealed key and seals it anew for the cache. */
  readonly reseal: number;
  /** One SET in Redis, from the question to the answer, p50. */
  readonly roundTrip: number;
  readonly router: Readonly<Record<'bare' | 'routed', Cost>>;
  /** One line of the log through the core's redaction. */
  readonly scrub: number;
  readonly heap: { readonly whole: number; readonly parts: number; readonly bytes: number };
}

export interface Budget {
  readonly name: string;
  readonly value: number;
  readonly limit: number;
  readonly kept: boolean;
}

const keyCounts = [
  ['bareOne', 'one', 1],
  ['bareThree', 'three', 3],
  ['bareEight', 'eight', 8],
] as const;

export function budgets({ procedures, reseal, roundTrip, router }: Figures): Budget[] {
  const limit = 1.5 * reseal + roundTrip;
  const perKey = keyCounts.map(([bare, name, keys]) => ({
    name: `processor that cacheByokKeys adds for each of ${String(keys)}, against 1.5 x the core and a round trip`,
    value: (procedures[name].cpu - procedures[bare].cpu) / keys,
    limit,
  }));
  const routed = {
    name: 'time that the router adds, p50',
    value: router.routed.latency.p50 - router.bare.latency.p50,
    limit: 1,
  };
  return [...perKey, routed].map((each) => ({ ...each, kept: each.value <= each.limit }));
}

function row(...cells: readonly (string | number)[]): string {
  return `| ${cells.map((cell) => (typeof cell === 'number' ? cell.toFixed(3) : cell)).join(' | ')} |`;
}

function costRow(name: string, cost: Cost, bare: Cost): string {
  const { latency, perSecond, cpu, cpuOneByOne } = cost;
  const added = (at: 'p50' | 'p99'): number => latency[at] - bare.latency[at];
  return row(
    name,
    perSecond.toFixed(0),
    latency.p50,
    latency.p99,
    added('p50'),
    added('p99'),
    cpu,
    cpuOneByOne,
  );
}

export function report(figures: Figures): string {
  const { procedures, reseal, roundTrip, router, scrub, heap } = figures;
  const head = [
    '| | a second | p50 ms | p99 ms | added p50 | added p99 | processor ms | one by one |',
    '| --- | --- | --- | --- | --- | --- | --- | --- |',
  ];
  return [
    ...head,
    ...keyCounts.flatMap(([bare, name, keys]) => {
      const what = `\`cacheByokKeys\`, ${String(keys)} ${keys === 1 ? 'key' : 'keys'}`;
      return [
        costRow(`${what}, nothing behind it`, procedures[bare], procedures[bare]),
        costRow(what, procedures[name], procedures[bare]),
      ];
    }),
    costRow('a bare call of a provider', router.bare, router.bare),
    costRow('the same through the router', router.routed, router.bare),
    '',
    '| alone | ms |',
    '| --- | --- |',
    row('the core opens a sealed key and seals it anew', reseal),
    row('one round trip to Redis, from the question to the answer', roundTrip),
    row('one log line through the redaction', scrub),
    '',
    '| budget | is | at most | |',
    '| --- | --- | --- | --- |',
    ...budgets(figures).map(({ name, value, limit, kept }) =>
      row(name, value, limit, kept ? 'kept' : 'exceeded'),
    ),
    '',
    `On the API's heap, 5 s after a test and a full collection (${(heap.bytes / 2 ** 20).toFixed(0)} MiB as written down): the key ` +
      `${String(heap.whole)} times whole, ${String(heap.parts)} of its 33 parts of 16 characters.`,
  ].join('\n');
}

/** Puts the tables between the two marks in docs/performance.md. */
export function writeReport(figures: Figures): void {
  const file = new URL('../../docs/performance.md', import.meta.url);
  const text = readFileSync(file, 'utf8');
  const [begin, end] = ['<!-- bench:server -->', '<!-- /bench:server -->'];
  const [from, to] = [text.indexOf(begin), text.indexOf(end)];
  if (from < 0 || to < from) throw new Error('docs/performance.md has no place for these tables');
  const machine = `${cpus()[0]?.model ?? 'unknown'}, ${String(cpus().length)} cores, Node ${process.version}.`;
  writeFileSync(
    file,
    `${text.slice(0, from)}${begin}\n\n${machine}\n\n${report(figures)}\n\n${text.slice(to)}`,
  );
}
