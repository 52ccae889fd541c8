// Planted keys through the whole platform, and what each part of it wrote.

import { repositoryFiles } from '../lib/files.ts';
import { run } from '../lib/process.ts';
import { countKept, read, settle } from '../lib/results.ts';
import type { Stage } from './stage.ts';

export function leakStages(): Stage[] {
  if (repositoryFiles(/^leaks\/main\.ts$/).length === 0) return [];
  return [
    {
      name: 'leaks',
      builds: ['wasm', 'web'],
      alone: false,
      waits: true,
      run: async ({ full, log }) => {
        const args = ['leaks/main.ts', ...(full ? [] : ['--short'])];
        const ended = await run(process.execPath, args, { log, limit: full ? 600 : 180 });
        return settle(countKept(read(log)), ended);
      },
    },
  ];
}
