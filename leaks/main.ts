/**
 * The leak matrix: planted keys go all the ways through the platform, through every fault, and are looked for in all that it wrote.
 *
 *   npm run test:leaks                        rows and faults; then the same with each filter switched off in turn
 *   npm run test:leaks -- --short             rows, and one filter
 *   npm run test:leaks -- --without 'NAME'    rows, with this filter switched off: fails
 *   npm run test:leaks -- --only 'WORD'       rows and faults whose name holds this
 *
 * Needs nginx and redis-server of deploy/, and what ./run.sh builds.
 */
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { applyEdits } from './edits.ts';
import { faults, patient } from './faults.ts';
import { filters, type Filter } from './filters.ts';
import { runMatrix, type MatrixOutcome, type RowOutcome } from './matrix.ts';
import { rows, type Row } from './rows.ts';
import { sinkNames } from './sinks.ts';

const { values: options } = parseArgs({
  options: {
    short: { type: 'boolean', default: false },
    without: { type: 'string' },
    only: { type: 'string' },
  },
});

let kept = 0;
let done = 0;

function check(name: string, seconds: number, problems: readonly string[]): void {
  done += 1;
  if (problems.length === 0) kept += 1;
  console.log(`${problems.length === 0 ? 'ok  ' : 'FAIL'} ${name} (${seconds.toFixed(1)} s)`);
  for (const problem of problems.slice(0, 10)) console.log(`       ${problem}`);
}

function checkRow({ name, seconds, problem }: RowOutcome): void {
  check(name, seconds, problem === null ? [] : [problem]);
}

function checkSinks({ sinks, canaries }: MatrixOutcome, seconds: number): void {
  for (const { sink, bytes, leaks } of sinks) {
    const what = `none of ${String(canaries)} planted secrets in ${sink}, ${String(bytes)} bytes`;
    check(
      what,
      seconds / sinks.length,
      leaks.map(({ canary, form }) => `${canary}, ${form}`),
    );
  }
}

/** What is switched off has to be noticed, in each sink that it stands before. */
async function checkFilter(filter: Filter): Promise<void> {
  const begin = performance.now();
  const { sinks } = await runMatrix(rows, filter);
  const blind = filter.sinks.filter((name) => sinks.find(({ sink }) => sink === name)?.leaks.length === 0);
  check(
    `without ${filter.name}: found in ${filter.sinks.join(', ')}`,
    (performance.now() - begin) / 1000,
    blind.map((sink) => `nothing was found in ${sink}`),
  );
}

const { without, only, short } = options;
const off = filters.find(({ name }) => name === without) ?? null;
if (without !== undefined && off === null) {
  console.error(`There are these filters: ${filters.map(({ name }) => name).join(', ')}`);
  process.exit(2);
}

/** Platforms that are driven side by side. */
const platforms = short || off !== null ? [rows] : [[...rows, ...patient], faults];
const chosen = platforms.map((all) => all.filter(({ name }) => only === undefined || name.includes(only)));

/** Whether the code still is what its edits replace: the short run switches off one of them alone. */
function canBeOff({ edits }: Filter): boolean {
  const root = new URL('..', import.meta.url);
  try {
    for (const { file } of edits) applyEdits(edits, file, readFileSync(new URL(file, root), 'utf8'));
    return true;
  } catch {
    return false;
  }
}

async function drive(driven: readonly Row[]): Promise<void> {
  const begin = performance.now();
  const outcome = await runMatrix(driven, off, checkRow);
  checkSinks(outcome, (performance.now() - begin) / 1000);
}

async function driveWithout(): Promise<void> {
  if (off !== null || only !== undefined) return;
  // One a day in turn, so that each comes up in a run that has time for one.
  const today = filters.filter((_filter, at) => at === Math.floor(Date.now() / 86_400_000) % filters.length);
  for (const filter of short ? today : filters) await checkFilter(filter);
}

const unguarded = sinkNames.filter((name) => !filters.some(({ sinks }) => sinks.includes(name)));
check('every sink is one that a filter stands before', 0, unguarded);
const stuck = filters.filter((filter) => !canBeOff(filter)).map(({ name }) => name);
check('every filter is one that can be switched off', 0, stuck);
await Promise.all([...chosen.filter((driven) => driven.length > 0).map(drive), driveWithout()]);
console.log(`${String(kept)} of ${String(done)} checks kept every promise about leaks`);
process.exit(done > 0 && kept === done ? 0 : 1);
