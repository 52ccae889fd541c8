import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { readSite } from './site.ts';

const folder = mkdtempSync(join(tmpdir(), 'byok-site-'));
after(() => {
  rmSync(folder, { recursive: true });
});

test('a site is its files of known types, each with its type, and nothing else', () => {
  mkdirSync(join(folder, 'import'));
  for (const name of [
    'index.html',
    'import/index.html',
    'vault-9d8cae7a7ee0.wasm',
    'a b.js',
    'notes.md',
    '.env',
  ]) {
    writeFileSync(join(folder, name), 'x'.repeat(1000));
  }
  const site = readSite(pathToFileURL(`${folder}/`));
  assert.deepEqual([...site.keys()].sort(), ['/', '/a b.js', '/import/', '/vault-9d8cae7a7ee0.wasm']);
  const headers = new Map(site.get('/vault-9d8cae7a7ee0.wasm')?.headers);
  assert.equal(headers.get('Content-Type'), 'application/wasm');
  assert.match(headers.get('Cache-Control') ?? '', /immutable/);
  assert.equal(new Map(site.get('/')?.headers).get('Cache-Control'), 'no-cache');
  assert.ok((site.get('/')?.brotli?.length ?? 1000) < 1000);
});

test('of the built sites, what carries a hash is kept for ever, and what keeps its name is asked for again', () => {
  for (const built of ['dist/site/', 'dist/demo/']) {
    const site = readSite(new URL(`../${built}`, import.meta.url));
    const kept = [...site].filter(([, file]) =>
      (new Map(file.headers).get('Cache-Control') ?? '').includes('immutable'),
    );
    const stable = [...site.keys()].filter((path) => !kept.some(([each]) => each === path));
    for (const needed of [/\/vault-\w+\.wasm$/, /\/worker-\w+\.js$/, /\.css$/, /\.bin$/]) {
      assert.ok(
        kept.some(([path]) => needed.test(path)),
        `${built}: nothing like ${String(needed)} is kept`,
      );
    }
    assert.ok(stable.includes('/'));
    for (const path of stable) assert.match(path, /(\/|\.html|\.svg)$/, built);
  }
});
