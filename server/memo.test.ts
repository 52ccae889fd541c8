import assert from 'node:assert/strict';
import { test } from 'node:test';
import { remember } from './memo.ts';

test('is asked once for each of the last ten thousand arguments, and remembers no failure', () => {
  const asked: string[] = [];
  const length = remember((text) => {
    asked.push(text);
    if (text === '') throw new Error('nothing');
    return text.length;
  });
  assert.deepEqual([length('aa'), length('aa'), length('b')], [2, 2, 1]);
  assert.deepEqual(asked, ['aa', 'b']);
  for (let i = 0; i < 2; i += 1) assert.throws(() => length(''));
  assert.equal(asked.length, 4);
  for (let i = 0; i < 10_000; i += 1) length(`x${String(i)}`);
  asked.length = 0;
  length('x9999');
  assert.deepEqual(asked, []);
  length('aa');
  assert.deepEqual(asked, ['aa']);
});
