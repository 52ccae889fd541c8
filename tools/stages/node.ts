// Everything `node --test` runs: contract tests of the wasm, the web side and the server, the vectors, checks of the tree.

import { cores } from '../lib/build.ts';
import { fromRoot, repositoryFiles } from '../lib/files.ts';
import { run } from '../lib/process.ts';
import { countJUnit, read, settle } from '../lib/results.ts';
import type { Stage } from './stage.ts';

function nodeStage(name: string, folders: string, builds: string[]): Stage[] {
  const files = repositoryFiles(new RegExp(`^(${folders})/.*\\.test\\.(ts|mjs|js)$`));
  if (files.length === 0) return [];
  return [
    {
      name,
      builds,
      alone: true,
      run: async ({ log }) => {
        const report = `build/test-logs/${name}.xml`;
        const reporters = ['--test-reporter=spec', '--test-reporter-destination=stdout'];
        reporters.push('--test-reporter=junit', `--test-reporter-destination=${fromRoot(report)}`);
        const args = ['--test', `--test-concurrency=${String(cores)}`, ...reporters, ...files];
        const ended = await run(process.execPath, args, { log, limit: 300 });
        return settle(countJUnit(read(report)), ended);
      },
    },
  ];
}

export function nodeStages(): Stage[] {
  const served = ['wasm', 'web'];
  return [
    ...nodeStage('wasm', 'wasm', ['wasm', 'wasm-hold', 'wasm-nowipe', 'wasm-argon2', 'native-argon2id']),
    ...nodeStage('node', 'web|server|tests|e2e', served),
    ...nodeStage('deploy', 'deploy', served),
    ...nodeStage('tree', 'tools', served),
  ];
}
