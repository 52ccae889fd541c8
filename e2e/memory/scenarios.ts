/** Which ways through the vault are looked at, and how often. */
import { composed, filled, pasted, typed } from './entering.ts';
import type { Scenario } from './run.ts';

export interface Planned extends Scenario {
  /** The promise that is made without an if: as often as asked for. The others a tenth of that. */
  readonly often: boolean;
  /** Looked at in the short run, too. */
  readonly short: boolean;
}

const base = {
  engine: 'chromium',
  way: typed,
  form: 'embedded',
  tabs: 1,
  build: 'wasm',
  often: false,
  short: false,
} as const;

export const scenarios: readonly Planned[] = [
  { ...base, often: true, short: true },
  { ...base, tabs: 2, often: true, short: true },
  { ...base, form: 'alone' },
  { ...base, form: 'alone', tabs: 2 },
  { ...base, way: pasted },
  { ...base, way: filled },
  { ...base, way: composed },
  { ...base, way: pasted, tabs: 2 },
  { ...base, way: filled, tabs: 2 },
  { ...base, way: composed, tabs: 2 },
  { ...base, way: filled, form: 'alone' },
  { ...base, engine: 'firefox' },
  { ...base, engine: 'firefox', form: 'alone' },
  { ...base, engine: 'firefox', way: filled },
  // Where the process stays, nothing but wiping can have emptied it: without it the promises must break. They do while the
  // platform tests a key, whose copies nothing else has written over yet.
  { ...base, tabs: 2, build: 'wasm-nowipe', short: true },
];

export function nameOf({ engine, way, form, tabs, build }: Scenario): string {
  const parts = [engine, way.name, form, tabs === 1 ? 'one tab' : 'two tabs'];
  return [...parts, ...(build === 'wasm' ? [] : ['wiping switched off'])].join(', ');
}
