import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Bucket } from './bucket.ts';

test('a bucket gives what it holds, and fills with time up to that again', () => {
  const bucket = new Bucket(3, 2, 1000);
  for (let n = 0; n < 3; n++) assert.equal(bucket.take(1000), true);
  assert.equal(bucket.take(1000), false);
  assert.equal(bucket.take(1499), false);
  assert.equal(bucket.take(1500), true);
  assert.equal(bucket.take(1500), false);
  for (let n = 0; n < 3; n++) assert.equal(bucket.take(1e9), true);
  assert.equal(bucket.take(1e9), false);
});

test('a refusal takes nothing, and a clock that goes back fills nothing', () => {
  const bucket = new Bucket(5, 1, 0);
  assert.equal(bucket.take(0, 6), false);
  assert.equal(bucket.take(0, 5), true);
  assert.equal(bucket.take(-60_000), false);
  assert.equal(bucket.take(999), false);
  assert.equal(bucket.take(1000), true);
});
