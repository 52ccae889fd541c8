// Format, lint and types: each tool over all files is one test.

import { existsSync } from 'node:fs';
import { cores } from '../lib/build.ts';
import { fromRoot, repositoryFiles } from '../lib/files.ts';
import { run } from '../lib/process.ts';
import { single, type Stage } from './stage.ts';

export const cppFiles = /^(include|src|tests|wasm|bench)\/.*\.(cpp|h|c)$/;
const tsFiles = /\.(ts|tsx|mjs|js)$/;
const programs = ['tsconfig.web.json', 'tsconfig.workers.json', 'tsconfig.node.json'];

function check(name: string, command: string, args: string[], builds: string[] = []): Stage {
  return {
    name,
    builds,
    alone: false,
    run: async ({ log }) => single(name, (await run(command, args, { log, limit: 600 })).code === 0),
  };
}

function npmTool(name: string, program: string, args: string[], builds: string[] = []): Stage {
  return check(name, process.execPath, [program, ...args], builds);
}

/** One TypeScript program for each kind of code; those whose files do not exist yet are not asked. */
function typeStages(): Stage[] {
  const kinds: [string, RegExp][] = [
    ['tsconfig.web.json', /^web\/(?!workers\/).*\.tsx?$/],
    ['tsconfig.workers.json', /^web\/workers\/.*\.ts$/],
    ['tsconfig.node.json', /\.(ts|mjs)$/],
  ];
  return kinds
    .filter(([config, files]) => programs.includes(config) && repositoryFiles(files).length > 0)
    .map(([config]) =>
      npmTool(`types ${config.split('.')[1] ?? ''}`, 'node_modules/typescript/bin/tsc', ['-p', config]),
    );
}

export function staticStages(full: boolean): Stage[] {
  const cpp = repositoryFiles(cppFiles);
  const stages = [
    npmTool('format ts', 'node_modules/prettier/bin/prettier.cjs', ['--check', '--log-level', 'warn', '.']),
    npmTool('lint ts', 'node_modules/eslint/bin/eslint.js', ['--max-warnings', '0', '.']),
    ...typeStages(),
  ].filter(() => repositoryFiles(tsFiles).length > 0);
  if (cpp.length > 0) stages.unshift(check('format c++', 'clang-format', ['--dry-run', '--Werror', ...cpp]));
  const core = repositoryFiles(/^src\/.*\.cpp$/);
  if (full && core.length > 0 && existsSync(fromRoot('.clang-tidy'))) {
    const tidy = ['-P', String(cores), '-n', '1', 'clang-tidy', '--quiet', '-p', 'build/native-debug'];
    stages.push({
      ...check(
        'lint c++',
        'sh',
        ['-c', `printf '%s\\n' "$@" | xargs ${tidy.join(' ')}`, 'sh', ...core],
        ['native-debug'],
      ),
      alone: true,
    });
  }
  return stages;
}
