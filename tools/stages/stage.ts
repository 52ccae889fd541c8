import type { Counts } from '../lib/results.ts';

export interface Context {
  full: boolean;
  /** The stage's log, from the root. */
  log: string;
}

/** A part of the tests that is counted on its own line. */
export interface Stage {
  name: string;
  /** CMake presets it needs built, and 'web' for dist/. */
  builds: string[];
  /** Uses every core or is sensitive to time: nothing else runs beside it. */
  alone: boolean;
  /** Waits more than it works: others run beside it as if it were not there. */
  waits?: boolean;
  run: (context: Context) => Promise<Counts>;
}

/** A single check that passes or fails as a whole, such as a formatter over all files. */
export function single(name: string, passed: boolean): Counts {
  return passed ? { passed: 1, failures: [] } : { passed: 0, failures: [name] };
}
