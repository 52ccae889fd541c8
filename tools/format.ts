// Formats everything: C++ with clang-format, the rest with prettier.

import { execFileSync } from 'node:child_process';
import { repositoryFiles, root } from './lib/files.ts';
import { cppFiles } from './stages/static.ts';

const inherit = { cwd: root, stdio: 'inherit' } as const;
const cpp = repositoryFiles(cppFiles);
if (cpp.length > 0) execFileSync('clang-format', ['-i', ...cpp], inherit);
execFileSync(
  process.execPath,
  ['node_modules/prettier/bin/prettier.cjs', '--write', '--log-level', 'warn', '.'],
  inherit,
);
