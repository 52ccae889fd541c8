// What is left of secrets in a real browser's memory.

import { repositoryFiles } from '../lib/files.ts';
import { run } from '../lib/process.ts';
import { countKept, read, settle } from '../lib/results.ts';
import type { Stage } from './stage.ts';

export function memoryStages(): Stage[] {
  if (repositoryFiles(/^e2e\/memory\.ts$/).length === 0) return [];
  return [
    {
      name: 'memory',
      builds: ['wasm', 'wasm-nowipe', 'web'],
      alone: true,
      run: async ({ full, log }) => {
        const args = ['e2e/memory.ts', ...(full ? ['--runs', '10'] : ['--short', '--engine', 'chromium'])];
        const ended = await run(process.execPath, args, { log, limit: full ? 900 : 240 });
        return settle(countKept(read(log)), ended);
      },
    },
  ];
}
