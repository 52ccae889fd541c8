// Everything `node --test` runs: contract tests of the wasm, the web side and the server, the vectors, checks of the tree.

import { cores } from '../lib/build.ts';
import { fromRoot, repositoryFiles } from '../lib/files.ts';
import { run } from '../lib/process.ts';
import { countJUnit, read, settle } from '../lib/results.ts';
import type { Stage } from './stage.ts';

const testFile = '\\.test\\.(ts|mjs|js)$';

function nodeStage(
  name: string,
  files: RegExp,
  settings: {
    builds: string[];
    limit: (full: boolean) => number;
    env?: (full: boolean) => Record<string, string>;
  },
): Stage[] {
  const found = repositoryFiles(files);
  if (found.length === 0) return [];
  return [
    {
      name,
      builds: settings.builds,
      alone: true,
      run: async ({ full, log }) => {
        const report = `build/test-logs/${name}.xml`;
        const reporters = ['spec', 'stdout', 'junit', fromRoot(report)];
        const flags = [
          '--test-reporter',
          '--test-reporter-destination',
          '--test-reporter',
          '--test-reporter-destination',
        ];
        const args = [
          '--test',
          `--test-concurrency=${String(cores)}`,
          ...flags.flatMap((flag, i) => [`${flag}=${reporters[i] ?? ''}`]),
        ];
        const ended = await run(process.execPath, [...args, ...found], {
          log,
          limit: settings.limit(full),
          env: settings.env?.(full) ?? {},
        });
        return settle(countJUnit(read(report)), ended);
      },
    },
  ];
}

export function nodeStages(): Stage[] {
  const wasm = ['wasm', 'wasm-scalar', 'wasm-hold', 'wasm-nowipe'];
  return [
    ...nodeStage('wasm', new RegExp(`^wasm/.*${testFile}`), { builds: wasm, limit: () => 300 }),
    ...nodeStage('node', new RegExp(`^(web|server|tests)/.*${testFile}`), {
      builds: ['wasm', 'wasm-scalar', 'web'],
      limit: () => 300,
    }),
    ...nodeStage('tree', new RegExp(`^tools/.*${testFile}`), {
      builds: ['wasm', 'wasm-scalar', 'web'],
      limit: () => 300,
    }),
  ];
}

/** Killing the browser in the middle of a change. */
export function crashStages(): Stage[] {
  return nodeStage('crash', new RegExp(`^e2e/.*${testFile}`), {
    builds: ['wasm', 'wasm-scalar', 'web'],
    limit: (full) => (full ? 1500 : 180),
    env: (full) => ({ BYOK_CRASH_ROUNDS: full ? '200' : '10' }),
  });
}
