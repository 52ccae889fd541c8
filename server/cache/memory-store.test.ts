import assert from 'node:assert/strict';
import { test } from 'node:test';
import { makeMemoryStore } from './memory-store.ts';

const value = Uint8Array.of(1, 2, 3);

test('an entry ends with its time, on a clock that no one sets', async () => {
  let now = 0;
  const store = makeMemoryStore({ elapsed: () => now });
  await store.write([{ name: 'a', value, seconds: 2 }], []);
  now = 1_999;
  assert.deepEqual(await store.read(['a', 'b']), [value, null]);
  assert.deepEqual(await store.present(['b', 'a']), [false, true]);
  now = 2_000;
  assert.deepEqual(await store.read(['a']), [null]);
});

test('what is stored is a copy, which no later change of the array reaches', async () => {
  const store = makeMemoryStore();
  const mine = Uint8Array.from(value);
  await store.write([{ name: 'a', value: mine, seconds: 2 }], []);
  mine.fill(0);
  assert.deepEqual(await store.read(['a']), [value]);
});

test('a full store takes no more and loses nothing, until something in it ends', async () => {
  let now = 0;
  const store = makeMemoryStore({ maxEntries: 2, elapsed: () => now });
  await store.write([{ name: 'a', value, seconds: 1 }], []);
  await store.write([{ name: 'b', value, seconds: 9 }], []);
  const more = (): Promise<unknown> => store.write([{ name: 'c', value, seconds: 9 }], []);
  await assert.rejects(more(), { code: 'cache_unavailable' });
  await store.write([{ name: 'b', value, seconds: 9 }], []);
  assert.deepEqual(await store.present(['a', 'b', 'c']), [true, true, false]);
  now = 1_000;
  await more();
  assert.deepEqual(await store.present(['a', 'b', 'c']), [false, true, true]);
});

test('a clearing makes the room that its mark takes', async () => {
  const store = makeMemoryStore({ maxEntries: 1 });
  await store.write([{ name: 'key', value, seconds: 9 }], []);
  await store.replace([{ name: 'mark', value, seconds: 9 }], ['key']);
  assert.deepEqual(await store.present(['key', 'mark']), [false, true]);
});
