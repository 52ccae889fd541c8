import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Limits } from './limits.ts';

const settings = { testsPerMinute: 10, keysPerDay: 30, invalidPerHour: 3 };

test('a user has ten tests a minute, and ten more in the next', () => {
  const limits = new Limits(settings);
  const admitted = (now: number): number =>
    Array.from({ length: 20 }, () => limits.admitTest('a', '::1', now)).filter(Boolean).length;
  assert.equal(admitted(0), 10);
  assert.equal(admitted(59_999), 0);
  assert.equal(admitted(60_000), 10);
});

test('one user does not use up the tests of another', () => {
  const limits = new Limits(settings);
  for (let i = 0; i < 20; i += 1) limits.admitTest('a', '::1', 0);
  assert.equal(limits.admitTest('b', '::1', 0), true);
});

test('thirty different keys a day; the same key again costs nothing', () => {
  const limits = new Limits(settings);
  for (let i = 0; i < 30; i += 1) assert.equal(limits.admitKey('a', `tag${String(i)}`, 0), true);
  assert.equal(limits.admitKey('a', 'tag30', 0), false);
  assert.equal(limits.admitKey('a', 'tag0', 0), true);
  assert.equal(limits.admitKey('b', 'tag30', 0), true);
  assert.equal(limits.admitKey('a', 'tag30', 24 * 60 * 60 * 1000), true);
});

test('an address that brings invalid keys is refused for the rest of the hour, whatever users it makes up', () => {
  const limits = new Limits(settings);
  for (let i = 0; i < 3; i += 1) {
    assert.equal(limits.admitTest(`user${String(i)}`, '192.0.2.1', 0), true);
    limits.countInvalid('192.0.2.1', 0);
  }
  assert.equal(limits.admitTest('user9', '192.0.2.1', 3_599_999), false);
  assert.equal(limits.admitTest('user9', '192.0.2.2', 0), true);
  assert.equal(limits.admitTest('user9', '192.0.2.1', 3_600_000), true);
});

test('a flood of users and addresses uses bounded memory', () => {
  const limits = new Limits(settings);
  for (let i = 0; i < 20_000; i += 1) {
    const id = String(i);
    limits.admitTest(id, id, 0);
    limits.admitKey(id, 'tag', 0);
  }
  assert.ok(limits.size <= 30_000, String(limits.size));
});
