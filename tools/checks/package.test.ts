import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fromRoot, root } from '../lib/files.ts';

interface Packed {
  size: number;
  filename: string;
  files: { path: string; size: number }[];
}
interface Exports {
  exports: Record<string, string | Record<string, string>>;
}

function pack(folder: string): Packed {
  const args = ['pack', '--json', '--ignore-scripts', '--pack-destination', folder];
  const [packed] = JSON.parse(
    execFileSync('npm', args, { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }),
  ) as Packed[];
  assert.ok(packed !== undefined);
  return packed;
}

test('the npm package is under 250 KB and holds everything its exports name', (context) => {
  const folder = mkdtempSync(join(tmpdir(), 'byok-pack-'));
  try {
    const { size, files } = pack(folder);
    context.diagnostic(`npm pack: ${String(size)} bytes in ${String(files.length)} files`);
    assert.ok(size < 250_000, `${String(size)} bytes`);
    const inside = new Set(files.map((file) => file.path));
    const { exports } = JSON.parse(readFileSync(fromRoot('package.json'), 'utf8')) as Exports;
    const targets = Object.values(exports).flatMap((entry) =>
      typeof entry === 'string' ? [entry] : Object.values(entry),
    );
    const missing = targets
      .map((target) => target.replace(/^\.\//, ''))
      .filter((target) => !inside.has(target));
    assert.deepEqual(missing, []);
    for (const path of inside)
      assert.ok(
        !/(^|\/)\.|secret(?!s\.d\.ts$)|\.test\.|\.map$/.test(path),
        `${path} does not belong into the package`,
      );
    assert.ok(existsSync(fromRoot('LICENSE')) && inside.has('LICENSE'));
    assert.ok(inside.has('THIRD_PARTY_LICENSES.txt'));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

test('whoever made what is bundled or compiled in is named with the words that their licence asks to pass on', () => {
  const notices = readFileSync(fromRoot('THIRD_PARTY_LICENSES.txt'), 'utf8');
  const licences = ['idb', 'preact'].map((name) => `node_modules/${name}/LICENSE`);
  for (const path of licences) {
    const [copyright] = /Copyright .+/.exec(readFileSync(fromRoot(path), 'utf8')) ?? [];
    assert.ok(copyright !== undefined && notices.includes(copyright), path);
  }
  for (const part of ['libsodium', 'Frank Denis', 'musl', 'LLVM']) assert.ok(notices.includes(part), part);
});
