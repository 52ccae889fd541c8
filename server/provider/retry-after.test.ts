import assert from 'node:assert/strict';
import { test } from 'node:test';
import { retryAfterOf } from './retry-after.ts';

const now = Date.parse('2026-10-21T07:28:00Z');
const read = (headers: Record<string, string>): number | null => retryAfterOf(new Headers(headers), now);

test('whole seconds, rounded up where they are not', () => {
  assert.equal(read({ 'retry-after': '7' }), 7);
  assert.equal(read({ 'retry-after': '0' }), 0);
  assert.equal(read({ 'retry-after': '1.2' }), 2);
});

test('milliseconds go before seconds', () => {
  assert.equal(read({ 'retry-after-ms': '1500', 'retry-after': '9' }), 2);
  assert.equal(read({ 'retry-after-ms': 'soon', 'retry-after': '9' }), 9);
});

test('an HTTP date is the seconds until it, and none once it has passed', () => {
  assert.equal(read({ 'retry-after': 'Wed, 21 Oct 2026 07:28:05 GMT' }), 5);
  assert.equal(read({ 'retry-after': 'Wed, 21 Oct 2026 07:27:00 GMT' }), 0);
});

test('what is no time is no time; a year is a day', () => {
  for (const bad of [
    '',
    'soon',
    '-3',
    '1e3',
    '0x10',
    'Infinity',
    '2026-10-21',
    'Wed, 99 Foo 2026 07:28:05 GMT',
  ]) {
    assert.equal(read({ 'retry-after': bad }), null, bad);
  }
  assert.equal(read({}), null);
  assert.equal(read({ 'retry-after': '31536000' }), 86_400);
});
