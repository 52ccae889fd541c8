/** What a page has to load stays within its budget. `npm run bench -- --only size` prints what weighs what. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isWithin, weighDist } from '../lib/weight.ts';

for (const name of ['the panel with its library', 'the estimate of a password, once one is chosen']) {
  test(`${name} keeps its budget`, (context) => {
    const load = weighDist().find((each) => each.name === name);
    assert.ok(load !== undefined);
    const weighs = load.files.map(({ file, brotli }) => `${file} ${String(brotli)}`).join(', ');
    context.diagnostic(`${String(load.brotli)} bytes with brotli: ${weighs}`);
    assert.ok(isWithin(load), `${String(load.brotli)} bytes with brotli`);
  });
}
