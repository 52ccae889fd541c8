import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';
import { Redis } from '../redis/connection.ts';
import { startRedis, type TestRedis } from '../testing/redis.ts';
import { makeRedisStore } from './redis-store.ts';
import type { KeyStore } from './store.ts';

const value = Buffer.from([0, 1, 2, 0xff, 0x0d, 0x0a]);
const unavailable = { name: 'VaultError', code: 'cache_unavailable', message: 'cache_unavailable' };

let server: TestRedis;
let redis: Redis;
let store: KeyStore;
const changes: boolean[] = [];

before(async () => {
  server = await startRedis(['--save', '', '--appendonly', 'no']);
  redis = new Redis({
    url: server.url,
    patienceMs: 300,
    onChange: (there) => changes.push(there),
  });
  assert.ok(await redis.ready(5_000));
  store = makeRedisStore(redis);
});
afterEach(async () => {
  await server.ask(['FLUSHALL']);
});
after(async () => {
  redis.close();
  await server.close();
});

const one = (
  name: string,
  bytes: Uint8Array = value,
): { name: string; value: Uint8Array; seconds: number } => ({
  name,
  value: bytes,
  seconds: 300,
});

test('every byte comes back, with an end in Redis, and what is written is there when reading', async () => {
  const names = ['byok:{a}:openai', 'byok:{b}:openai'];
  assert.deepEqual(await store.write([one(names[0] ?? '')], names), [value, null]);
  assert.deepEqual(await store.read(names), [value, null]);
  assert.deepEqual(await store.present(names), [true, false]);
  const ttl = Number(await server.ask(['TTL', names[0] ?? '']));
  assert.ok(ttl > 290 && ttl <= 300);
  await store.replace([one('byok:{a}:cleared')], names);
  assert.deepEqual(await store.present([...names, 'byok:{a}:cleared']), [false, false, true]);
});

test('eight keys are written and the marks read in one round trip', async () => {
  const names = Array.from({ length: 8 }, (_none, at) => `byok:{a}:p${String(at)}`);
  const reads = async (): Promise<number> => {
    const stats = String(await server.ask(['INFO', 'stats']));
    return Number(/total_reads_processed:(\d+)/.exec(stats)?.[1]);
  };
  const idle = -(await reads()) + (await reads());
  const before = await reads();
  await store.write(
    names.map((name) => one(name)),
    ['byok:{a}:cleared', 'byok:{b}:cleared'],
  );
  assert.equal((await reads()) - before - idle, 1);
});

test('E5: removed only where it is still the same, though someone writes between looking and removing', async () => {
  const name = 'byok:{a}:openai';
  await store.write([one(name)], []);
  await store.removeIf(name, () => false);
  assert.deepEqual(await store.present([name]), [true]);
  const other = Buffer.from('another');
  // The predicate runs between WATCH and EXEC: a write begun in it is a write that came in between.
  let meanwhile: Promise<unknown> = Promise.resolve();
  await store.removeIf(name, () => {
    meanwhile = store.write([one(name, other)], []);
    return true;
  });
  await meanwhile;
  assert.deepEqual(await store.read([name]), [other]);
  await store.removeIf(name, () => true);
  assert.deepEqual(await store.present([name]), [false]);
});

test('E5: of removals at the same time each keeps its own watch', async () => {
  const names = Array.from({ length: 20 }, (_none, at) => `byok:{a}:n${String(at)}`);
  await store.write(
    names.map((name) => one(name)),
    [],
  );
  const writes: Promise<unknown>[] = [];
  const removals = names.map((name) =>
    store.removeIf(name, () => {
      writes.push(store.write([one(name)], []));
      return true;
    }),
  );
  await Promise.all(removals);
  await Promise.all(writes);
  assert.equal((await store.present(names)).indexOf(false), -1);
});

test('E15: out of memory: refused as unavailable, in our words', async () => {
  await server.ask(['CONFIG', 'SET', 'maxmemory', '1']);
  await assert.rejects(store.write([one('byok:{a}:openai')], []), unavailable);
  await server.ask(['CONFIG', 'SET', 'maxmemory', '0']);
  await store.write([one('byok:{a}:openai')], []);
});

test('E15: a Redis that is full behind the first of several keys takes none of them', async () => {
  const names = Array.from({ length: 8 }, (_none, at) => `byok:{a}:p${String(at)}`);
  const large = Buffer.alloc(2 * 1024 * 1024, 1);
  await store.write([one('byok:{b}:openai')], []);
  const used = /used_memory:(\d+)/.exec(String(await server.ask(['INFO', 'memory'])))?.[1];
  // Room for a few of them, and then for no more.
  await server.ask(['CONFIG', 'SET', 'maxmemory', String(Number(used) + 5 * 1024 * 1024)]);
  const write = store.write(
    names.map((name) => one(name, large)),
    [],
  );
  const code = await write.then(
    () => 'written',
    (error: unknown) => (error as Error).message,
  );
  await server.ask(['CONFIG', 'SET', 'maxmemory', '0']);
  const present = await store.present(names);
  assert.deepEqual(new Set(present), new Set([code === 'written']), `${code}: ${JSON.stringify(present)}`);
});

test('E15: a Redis that stands still is given up on in time, and used again when it goes on', async () => {
  server.freeze();
  const started = performance.now();
  await assert.rejects(store.read(['byok:{a}:openai']), unavailable);
  const waited = performance.now() - started;
  server.thaw();
  assert.ok(waited < 300 * 10, `${String(waited)} ms`);
  await store.write([one('byok:{a}:openai')], []);
  assert.deepEqual(await store.read(['byok:{a}:openai']), [value]);
});

test('E15: killed and started again: unavailable at once, told, and there again by itself', async () => {
  await server.kill();
  for (const call of [
    () => store.read(['a']),
    () => store.removeIf('a', () => true),
    () => store.present(['a']),
  ])
    await assert.rejects(call(), unavailable);
  await server.start();
  assert.ok(await redis.ready(10_000));
  assert.deepEqual(await store.read(['byok:{a}:openai']), [null]);
  assert.deepEqual(changes, [true, false, true]);
});

test('an address that is none is refused without being quoted', () => {
  for (const url of ['', 'localhost:6379', 'http://localhost', 'redis//user:Sesame@h']) {
    assert.throws(
      () => new Redis({ url }),
      (error: Error) => error.message === 'bad_argument',
    );
  }
});

test('a password that is not right shows up as being away, and nowhere else', async () => {
  const seen: boolean[] = [];
  const wrong = new Redis({
    url: server.url.replace('//', '//nobody:Sesame-6hR2@'),
    onChange: (there) => seen.push(there),
  });
  await assert.rejects(
    wrong.run((client) => client.get('a')),
    (error: Error) => !JSON.stringify([error, error.stack]).includes('Sesame'),
  );
  assert.equal(await wrong.ready(300), false);
  wrong.close();
  assert.deepEqual(seen, [false]);
});
