import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Limits } from './limits.ts';

const settings = { testsPerMinute: 10, keysPerDay: 30, invalidPerHour: 3 };
const lenient = { ...settings, invalidPerHour: 1_000 };

test('a user has ten tests a minute, and ten more in the next', () => {
  const limits = new Limits(lenient);
  const admitted = (now: number): number =>
    Array.from({ length: 20 }, () => limits.admitTest('a', '::1', now)).filter((each) => each !== null)
      .length;
  assert.equal(admitted(0), 10);
  assert.equal(admitted(59_999), 0);
  assert.equal(admitted(60_000), 10);
});

test('one user does not use up the tests of another', () => {
  const limits = new Limits(lenient);
  for (let i = 0; i < 20; i += 1) limits.admitTest('a', '::1', 0);
  assert.notEqual(limits.admitTest('b', '::1', 0), null);
});

test('thirty different keys a day; the same key again costs nothing', () => {
  const limits = new Limits(settings);
  for (let i = 0; i < 30; i += 1) assert.equal(limits.admitKeys('a', [`tag${String(i)}`], null, 0), true);
  assert.equal(limits.admitKeys('a', ['tag30'], null, 0), false);
  assert.equal(limits.admitKeys('a', ['tag0'], null, 0), true);
  assert.equal(limits.admitKeys('b', ['tag30'], null, 0), true);
  assert.equal(limits.admitKeys('a', ['tag30'], null, 24 * 60 * 60 * 1000), true);
});

test('several keys are let in together or not at all, and what is refused takes no place', () => {
  const limits = new Limits(settings);
  for (let i = 0; i < 29; i += 1) limits.admitKeys('a', [`tag${String(i)}`], null, 0);
  assert.equal(limits.admitKeys('a', ['new1', 'new2'], null, 0), false);
  assert.equal(limits.admitKeys('a', ['new2', 'new2', 'tag3'], null, 0), true);
});

test('an address may have so many different keys cached in an hour, whatever users it makes up', () => {
  const limits = new Limits(settings);
  assert.equal(limits.admitKeys('a', ['x', 'y'], '192.0.2.1', 0), true);
  assert.equal(limits.admitKeys('a', ['x', 'y'], '192.0.2.1', 0), true, 'the same again costs nothing');
  assert.equal(limits.admitKeys('b', ['x', 'y'], '192.0.2.1', 0), false);
  assert.equal(limits.admitKeys('b', ['x'], null, 0), true, 'a test is counted by what comes of it');
  assert.equal(
    limits.admitKeys('b', ['x'], '192.0.2.1', 0),
    true,
    'and a key that was tested counts once it is cached',
  );
  assert.equal(limits.admitKeys('c', ['z'], '192.0.2.1', 0), false);
  assert.equal(limits.admitKeys('c', ['z'], '192.0.2.2', 0), true);
  assert.equal(limits.admitKeys('c', ['w'], '192.0.2.1', 3_600_000), true);
});

test('an address that brings invalid keys is refused for the rest of the hour, whatever users it makes up', () => {
  const limits = new Limits(settings);
  for (let i = 0; i < 3; i += 1) assert.notEqual(limits.admitTest(`user${String(i)}`, '192.0.2.1', 0), null);
  assert.equal(limits.admitTest('user9', '192.0.2.1', 3_599_999), null);
  assert.notEqual(limits.admitTest('user9', '192.0.2.2', 0), null);
  assert.notEqual(limits.admitTest('user9', '192.0.2.1', 3_600_000), null);
});

test('keys count as invalid while they are being tried, and no longer once they were not turned down', () => {
  const limits = new Limits(settings);
  const pending = Array.from({ length: 3 }, (_none, i) => limits.admitTest(String(i), '192.0.2.1', 0));
  assert.equal(limits.admitTest('one more at once', '192.0.2.1', 0), null);
  for (const notTurnedDown of pending) notTurnedDown?.();
  assert.notEqual(limits.admitTest('later', '192.0.2.1', 0), null);
});

test('made-up users have no more tests together than ten users have', () => {
  const limits = new Limits(lenient);
  const admitted = (now: number): number =>
    Array.from({ length: 150 }, (_none, i) => limits.admitTest(`user${String(i)}`, '192.0.2.1', now)).filter(
      (each) => each !== null,
    ).length;
  assert.equal(admitted(0), 100);
  assert.notEqual(limits.admitTest('a neighbour', '192.0.2.2', 0), null);
  assert.equal(admitted(60_000), 100);
});

test('an IPv6 network of 64 bits is one address, and an IPv4 address is the same in its IPv6 form', () => {
  const together = [
    ['2001:db8::1', '2001:db8:0:0:ffff:1:2:3'],
    ['2001:db8:1:2::', '2001:db8:1:2:3:4:5:6'],
    ['192.0.2.1', '::ffff:192.0.2.1'],
    ['fe80::1%eth0', 'fe80::2'],
  ] as const;
  const apart = [
    ['2001:db8::1', '2001:db8:0:1::1'],
    ['::ffff:192.0.2.1', '::ffff:192.0.2.2'],
    ['::1', '1::1'],
  ] as const;
  const second = ([one, other]: readonly [string, string]): boolean => {
    const limits = new Limits({ ...settings, invalidPerHour: 1 });
    limits.admitTest('a', one, 0);
    return limits.admitTest('b', other, 0) !== null;
  };
  assert.deepEqual(together.map(second), [false, false, false, false]);
  assert.deepEqual(apart.map(second), [true, true, true]);
});

test('a flood of users and addresses uses bounded memory', () => {
  const limits = new Limits(settings);
  for (let i = 0; i < 20_000; i += 1) {
    const id = String(i);
    limits.admitTest(id, id, 0);
    limits.admitKeys(id, ['tag'], id, 0);
  }
  assert.ok(limits.size <= 50_000, String(limits.size));
});
