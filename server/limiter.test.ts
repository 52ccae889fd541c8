import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';
import { makeLimiter, type Limiter } from './limiter.ts';
import type { LimitSettings } from './limits.ts';
import { Redis } from './redis/connection.ts';
import { testCore } from './testing/platform.ts';
import { startRedis, type TestRedis } from './testing/redis.ts';

const settings: LimitSettings = { testsPerMinute: 10, keysPerDay: 30, invalidPerHour: 5 };
const lenient = { ...settings, invalidPerHour: 1_000 };
const address = '192.0.2.7';

let server: TestRedis;
const connections: Redis[] = [];
before(async () => {
  server = await startRedis(['--save', '', '--appendonly', 'no']);
});
afterEach(async () => {
  await server.ask(['FLUSHALL']);
  for (const redis of connections.splice(0)) redis.close();
});
after(async () => {
  await server.close();
});

/** Two processes of one platform. */
async function pair(given = lenient): Promise<[Limiter, Limiter]> {
  const core = await testCore();
  const one = async (): Promise<Limiter> => {
    const redis = new Redis({ url: server.url, patienceMs: 2_000 });
    connections.push(redis);
    assert.ok(await redis.ready(5_000));
    return makeLimiter({ core, settings: given, redis });
  };
  return [await one(), await one()];
}

async function admitted(limiters: Limiter[], calls: number, user = 'ada', from = address): Promise<number> {
  let count = 0;
  for (let i = 0; i < calls; i += 1) {
    const settle = await limiters[i % limiters.length]?.admitCall(user, from);
    if (settle) {
      settle(false);
      count += 1;
    }
  }
  return count;
}

const tagOf = (n: number): string => n.toString(16).padStart(4, '0').repeat(16);

test('two processes admit ten calls of a user in a minute together, and an address those of ten users', async () => {
  const both = await pair();
  assert.equal(await admitted(both, 24), 10);
  assert.equal(await admitted(both, 4, 'bob'), 4);
  let ofAddress = 0;
  for (let i = 0; i < 60; i += 1) ofAddress += await admitted(both, 2, `made-up-${String(i)}`, '192.0.2.8');
  assert.equal(ofAddress, 100);
});

test('a key that was counted a moment ago is not asked for again, and no other user gains by it', async () => {
  const [one] = await pair();
  assert.ok(await one.admitKeys('ada', [tagOf(1), tagOf(2)], null));
  const before = await server.ask(['INFO', 'commandstats']);
  assert.ok(await one.admitKeys('ada', [tagOf(2), tagOf(1)], null));
  assert.equal(setsIn(await server.ask(['INFO', 'commandstats'])), setsIn(before));
  assert.ok(await one.admitKeys('bob', [tagOf(1)], null));
  assert.ok(setsIn(await server.ask(['INFO', 'commandstats'])) > setsIn(before));
});

function setsIn(stats: unknown): number {
  return Number(/cmdstat_set:calls=(\d+)/.exec(String(stats))?.[1] ?? 0);
}

test('thirty keys a day together; the same again costs nothing, and one that was refused stays refused', async () => {
  const [one, other] = await pair();
  for (let i = 0; i < 30; i += 1) assert.ok(await (i % 2 ? one : other).admitKeys('ada', [tagOf(i)], null));
  for (const limiter of [one, other]) {
    assert.equal(await limiter.admitKeys('ada', [tagOf(99)], null), false);
    assert.equal(await limiter.admitKeys('ada', [tagOf(99)], null), false);
    assert.equal(await limiter.admitKeys('ada', [tagOf(3)], null), true);
  }
  const together = await Promise.all(
    [one, other, one, other].map((each) => each.admitKeys('ada', [tagOf(98)], null)),
  );
  assert.deepEqual(together, [false, false, false, false]);
});

test('at 29 of 30, two new keys are refused together and burn no place, in no process', async () => {
  const [one, other] = await pair();
  for (let i = 0; i < 29; i += 1) assert.ok(await one.admitKeys('ada', [tagOf(i)], null));
  for (const limiter of [one, other])
    assert.equal(await limiter.admitKeys('ada', [tagOf(97), tagOf(98)], null), false);
  assert.equal(await other.admitKeys('ada', [tagOf(98)], null), true);
  assert.equal(await one.admitKeys('ada', [tagOf(97)], null), false);
});

test('an address has so many keys cached in an hour over all processes, tested before or not', async () => {
  const [one, other] = await pair(settings);
  assert.ok(await one.admitKeys('ada', [tagOf(1)], null));
  for (const limiter of [one, other])
    assert.ok(await limiter.admitKeys('ada', [tagOf(1), tagOf(2)], address));
  for (let i = 0; i < 3; i += 1)
    assert.ok(await (i % 2 ? one : other).admitKeys(`user-${String(i)}`, [tagOf(1)], address));
  for (const limiter of [one, other]) {
    assert.equal(await limiter.admitKeys('one more', [tagOf(1)], address), false);
    assert.ok(await limiter.admitKeys('ada', [tagOf(2)], address), 'the same again costs nothing');
    assert.notEqual(await limiter.admitCall('ada', address), null, 'what is known may go on');
  }
  assert.ok(await one.admitKeys('one more', [tagOf(1)], '192.0.2.99'));
  assert.ok(await one.admitKeys('one more', [tagOf(5)], null), 'a test is counted by what comes of it');
});

test('keys that providers turned down count for the address over all processes', async () => {
  const [one, other] = await pair(settings);
  for (let i = 0; i < 5; i += 1)
    (await (i % 2 ? one : other).admitCall(`user-${String(i)}`, address))?.(true);
  // Told in the background: whoever asks next comes behind it on the same connection.
  await Promise.all([one, other].map((each) => each.failedUnlocks('x', 1)));
  for (const limiter of [one, other]) assert.equal(await limiter.admitCall('one more', address), null);
  assert.notEqual(await one.admitCall('one more', '192.0.2.99'), null);
});

test('the eleventh failed unlock of an hour is told once, whoever counted the others', async () => {
  const [one, other] = await pair();
  assert.equal(await one.failedUnlocks('ada', 6), false);
  assert.equal(await other.failedUnlocks('ada', 4), false);
  assert.equal(await one.failedUnlocks('bob', 9), false);
  assert.equal(await other.failedUnlocks('ada', 3), true);
  assert.equal(await one.failedUnlocks('ada', 20), false);
});

test('E15: where Redis is away each process admits less, counting what was before, and more again when it is back', async () => {
  const [one] = await pair();
  assert.equal(await admitted([one], 3), 3);
  await server.kill();
  assert.equal(await admitted([one], 9), 1, 'four a minute, of which three are gone');
  let keys = 0;
  for (let i = 0; i < 20; i += 1) keys += Number(await one.admitKeys('ada', [tagOf(i)], null));
  assert.equal(keys, 10);
  await server.start();
  const [redis] = connections;
  assert.ok(await redis?.ready(10_000));
  assert.equal(await admitted([one], 1, 'bob'), 1);
  assert.equal(await one.admitKeys('ada', [tagOf(25)], null), true);
});

test('a count that lost its end has one again from the first call that it refuses', async () => {
  const [one, other] = await pair();
  assert.equal(await admitted([one], 10), 10);
  const names = (await server.ask(['KEYS', '*:calls'])) as string[];
  assert.equal(names.length, 2);
  for (const name of names) await server.ask(['PERSIST', name]);
  assert.equal(await other.admitCall('ada', address), null);
  // Given in the background: whoever asks next comes behind it on the same connection.
  await other.failedUnlocks('x', 1);
  const ends = await Promise.all(names.map((name) => server.ask(['TTL', name])));
  assert.deepEqual(
    ends.map(Number).filter((ttl) => ttl > 0 && ttl <= 60).length,
    1,
    'the user has had his share, the address not',
  );
});

test('no name of a count says whose it is, and each has an end', async () => {
  const [one] = await pair(settings);
  (await one.admitCall('ada', address))?.(true);
  await one.admitKeys('ada', [tagOf(1)], address);
  await one.failedUnlocks('ada', 2);
  // Ends are given in the background: whoever asks next comes behind them on the same connection.
  await one.admitCall('ada', address);
  const names = (await server.ask(['KEYS', '*'])) as string[];
  assert.equal(names.length, 7);
  for (const name of names) {
    assert.match(name, /^byok-limit:\{[0-9a-f]{32}\}:(calls|invalid|cached|keys|unlocks|key:[0-9a-f]{32})$/);
    const ttl = Number(await server.ask(['TTL', name]));
    assert.ok(ttl > 0 && ttl <= 86_400, name);
  }
});
