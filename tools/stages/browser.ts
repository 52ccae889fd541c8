// The flows a person does, in browsers.

import { fromRoot, repositoryFiles } from '../lib/files.ts';
import { run } from '../lib/process.ts';
import { countPlaywright, countRounds, read, settle } from '../lib/results.ts';
import type { Stage } from './stage.ts';

export function browserStages(): Stage[] {
  if (repositoryFiles(/^e2e\/.*\.spec\.ts$/).length === 0) return [];
  return [
    {
      name: 'e2e',
      builds: ['wasm', 'wasm-hold', 'wasm-nowipe', 'wasm-argon2', 'native-argon2id', 'web'],
      alone: true,
      run: async ({ full, log }) => {
        const report = 'build/test-logs/e2e.json';
        const args = [
          'node_modules/@playwright/test/cli.js',
          'test',
          '--config',
          'e2e',
          '--reporter',
          'line,json',
        ];
        const env = {
          PLAYWRIGHT_JSON_OUTPUT_NAME: fromRoot(report),
          ...(full ? { BYOK_TEST_FULL: '1' } : {}),
        };
        const ended = await run(process.execPath, args, { log, limit: full ? 1800 : 600, env });
        return settle(countPlaywright(read(report)), ended);
      },
    },
  ];
}

/** Killing the browser in the middle of a change. */
export function crashStages(): Stage[] {
  if (repositoryFiles(/^e2e\/crash\.ts$/).length === 0) return [];
  return [
    {
      name: 'crash',
      builds: ['wasm', 'web'],
      alone: false,
      waits: true,
      run: async ({ full, log }) => {
        // Its kills are at random moments anyhow; what runs beside it has deadlines to keep.
        const args = ['-n', '5', process.execPath, 'e2e/crash.ts', '--rounds', full ? '200' : '10'];
        const ended = await run('nice', args, { log, limit: full ? 1500 : 240 });
        return settle(countRounds(read(log)), ended);
      },
    },
  ];
}
