// Which files there are, and whether they changed.

import { createHash } from 'node:crypto';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

/** The top of the repository. */
export const root = resolve(import.meta.dirname, '../..');

export function fromRoot(...parts: string[]): string {
  return join(root, ...parts);
}

/**
 * Files of the repository that match, sorted: what git tracks and what it would, so that a test counts from the moment it is
 * written, and nothing ignored ever does.
 */
export function repositoryFiles(pattern: RegExp): string[] {
  const listed = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 1 << 26,
  });
  const files = listed.split('\0').filter((file) => pattern.test(file) && existsSync(fromRoot(file)));
  return [...new Set(files)].sort();
}

function filesUnder(path: string): string[] {
  if (!existsSync(path)) return [];
  if (!statSync(path).isDirectory()) return [path];
  return readdirSync(path).flatMap((name) => filesUnder(join(path, name)));
}

/** One hash over the names and contents of files and folders, given from the root. What is missing counts as empty. */
export function contentHash(paths: string[], extra = ''): string {
  const hash = createHash('sha256').update(extra);
  for (const file of paths.flatMap((path) => filesUnder(fromRoot(path))).sort()) {
    const content = readFileSync(file);
    hash.update(`${file}\0${String(content.length)}\0`).update(content);
  }
  return hash.digest('hex');
}

/** Runs `work` unless it ran to its end before with the same key. */
export async function once(stamp: string, key: string, work: () => Promise<void>): Promise<void> {
  const path = fromRoot(stamp);
  if (existsSync(path) && readFileSync(path, 'utf8') === key) return;
  // What is interrupted is not done, not even if its sources go back to what they were.
  rmSync(path, { force: true });
  await work();
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, key);
}
