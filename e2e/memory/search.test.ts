import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { Search, type Needle } from './search.ts';

const text = 'q7Zt0mWc4YxB9pLk';
const utf8: Needle = { secret: 'password', encoding: 'utf8', bytes: Buffer.from(text), least: 8 };
const utf16: Needle = {
  secret: 'password',
  encoding: 'utf16',
  bytes: Buffer.from(text, 'utf16le'),
  least: 16,
};
const raw: Needle = { secret: 'key', encoding: 'raw', bytes: randomBytes(32), least: 8 };
const search = new Search([utf8, utf16, raw]);

function memoryWith(...parts: readonly [at: number, bytes: Uint8Array][]): Buffer {
  const memory = Buffer.alloc(4096, '~');
  for (const [at, bytes] of parts) memory.set(bytes, at);
  return memory;
}

test('a whole secret is found once, at every alignment and in every encoding', () => {
  for (const needle of [utf8, utf16, raw]) {
    for (let shift = 0; shift < 8; shift++) {
      const hits = search.find(memoryWith([1000 + shift, needle.bytes]), 0, 4096);
      assert.deepEqual(hits, [{ needle, at: 1000 + shift, from: 0, to: needle.bytes.length }]);
    }
  }
});

test('any eight characters in a row are found, and seven are not', () => {
  for (const { needle, unit } of [
    { needle: utf8, unit: 1 },
    { needle: utf16, unit: 2 },
  ]) {
    for (let from = 0; from + 8 <= text.length; from++) {
      for (let shift = 0; shift < 4; shift++) {
        const part = needle.bytes.subarray(from * unit, (from + 8) * unit);
        const hits = search.find(memoryWith([2000 + shift, part]), 0, 4096);
        assert.deepEqual(hits, [{ needle, at: 2000 + shift, from: from * unit, to: (from + 8) * unit }]);
        const less = search.find(memoryWith([2000 + shift, part.subarray(0, 7 * unit)]), 0, 4096);
        assert.deepEqual(less, []);
      }
    }
  }
});

test('copies beside each other count each', () => {
  const twice = memoryWith(
    [100, utf8.bytes],
    [100 + text.length, utf8.bytes],
    [3000, utf8.bytes.subarray(4)],
  );
  assert.deepEqual(
    search.find(twice, 0, 4096).map(({ at }) => at),
    [100, 100 + text.length, 3000],
  );
});

test('what begins outside of the part asked for belongs to the neighbour, which sees it whole', () => {
  const memory = memoryWith([2048 - 10, raw.bytes]);
  assert.deepEqual(search.find(memory, 2048, 4096), []);
  assert.equal(search.find(memory, 0, 2048)[0]?.to, 32);
});

test('secrets too short to be told from chance are refused', () => {
  assert.throws(() => new Search([{ ...utf8, bytes: Buffer.from('short') }]));
});
