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
    'byok-K7WQ2M5A.wasm',
    'a b.js',
    'notes.md',
    '.env',
  ]) {
    writeFileSync(join(folder, name), 'x'.repeat(1000));
  }
  const site = readSite(pathToFileURL(`${folder}/`));
  assert.deepEqual([...site.keys()].sort(), ['/', '/a b.js', '/byok-K7WQ2M5A.wasm', '/import/']);
  const headers = new Map(site.get('/byok-K7WQ2M5A.wasm')?.headers);
  assert.equal(headers.get('Content-Type'), 'application/wasm');
  assert.match(headers.get('Cache-Control') ?? '', /immutable/);
  assert.equal(new Map(site.get('/')?.headers).get('Cache-Control'), 'no-cache');
  assert.ok((site.get('/')?.brotli?.length ?? 1000) < 1000);
});
