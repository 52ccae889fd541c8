/** What a page has to load stays within its budget. `npm run bench -- --only size` prints what weighs what. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isWithin, weighDist } from '../lib/weight.ts';

for (const load of weighDist()) {
  test(`${load.name} keeps its budget`, (context) => {
    const weighs = load.files.map(({ file, brotli }) => `${file} ${String(brotli)}`).join(', ');
    const told = `${String(load.brotli)} bytes with brotli, ${String(load.gzip)} with gzip: ${weighs}`;
    context.diagnostic(told);
    assert.ok(isWithin(load), told);
  });
}
