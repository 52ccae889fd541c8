import assert from 'node:assert/strict';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { createClient } from '@redis/client';
import { Queue, Worker } from 'bullmq';
import { ByokCache } from '../../server/cache/cache.ts';
import { makeRedisStore } from '../../server/cache/redis-store.ts';
import { checkHealth } from '../../server/health.ts';
import { makeLimiter } from '../../server/limiter.ts';
import { Redis } from '../../server/redis/connection.ts';
import { testCore } from '../../server/testing/platform.ts';
import { startRedis, type TestRedis } from '../../server/testing/redis.ts';
import { sealForPlatform } from '../../server/testing/seal.ts';
import { fillConf, inTest, shipped, type RedisUser } from './testing.ts';

type User = Exclude<RedisUser, 'queue'>;

const conf = fillConf();
const { passwords } = conf;
const servers: TestRedis[] = [];
async function startWith(name: Parameters<typeof conf.settings>[0]): Promise<TestRedis> {
  const server = await startRedis(conf.settings(name));
  servers.push(server);
  return server;
}

const connections: Redis[] = [];
async function connect(server: TestRedis, user: User): Promise<Redis> {
  const redis = new Redis({ url: conf.urlFor(user, server.url) });
  connections.push(redis);
  assert.ok(await redis.ready(5_000), user);
  return redis;
}

let server: TestRedis;
before(async () => {
  server = await startWith('key-cache.conf');
});
after(async () => {
  for (const redis of connections) redis.close();
  for (const each of servers) await each.close();
  conf.remove();
});

test('users.acl as it is shipped starts no Redis: passwords come first', async () => {
  const plain = startRedis([join(shipped, 'key-cache.conf'), '--aclfile', join(shipped, 'users.acl')]);
  await assert.rejects(plain);
});

describe('each user does what the code does', () => {
  test('the API caches, clears, limits; the worker looks, reads and drops; the health check walks', async () => {
    const core = await testCore();
    let now = Date.now();
    const cacheOf = async (user: User): Promise<ByokCache> =>
      new ByokCache({ core, store: makeRedisStore(await connect(server, user)), now: () => now });
    const [api, worker] = [await cacheOf('api'), await cacheOf('worker')];
    const seal = async (provider: string): Promise<Map<string, Uint8Array>> => {
      now += 1000;
      const platform = core.publicKey().key;
      const request = { platform, user: 'ada', provider, key: 'sk', purpose: 'job', issued: now } as const;
      return new Map([[provider, await sealForPlatform(request)]]);
    };
    await api.put('ada', await seal('openai'));
    assert.deepEqual(await worker.peek('ada'), ['openai']);
    const read = await worker.get('ada', 'openai');
    assert.ok(read.kind === 'hit');
    await worker.drop('ada', 'openai', 'f'.repeat(32));
    assert.deepEqual(await worker.peek('ada'), ['openai']);
    await worker.drop('ada', 'openai', read.sealId);
    assert.deepEqual(await worker.peek('ada'), []);
    await api.put('ada', await seal('gemini'));
    await api.clear('ada');
    assert.equal((await worker.get('ada', 'gemini')).kind, 'miss');

    const redis = await connect(server, 'api');
    const settings = { testsPerMinute: 2, keysPerDay: 1, invalidPerHour: 9 };
    const limiter = makeLimiter({ core, settings, redis });
    for (let i = 0; i < 2; i += 1) {
      const settle = await limiter.admitCall('ada', '::1');
      assert.notEqual(settle, null);
      settle?.(true);
    }
    assert.ok(await limiter.admitKeys('ada', ['aa'], '::1'));
    assert.equal(await limiter.failedUnlocks('ada', 11), true);
    assert.equal(await server.ask(['EXISTS', ...(await namesOf('byok-limit:*'))], inTest), 7);

    const health = await connect(server, 'health');
    assert.deepEqual(await checkHealth(health), {
      healthy: true,
      redis: 'answers',
      entries: 1,
      endless: 0,
      tooLong: 0,
    });
  });

  test('the worker drops the keys of every provider, and never the mark of a clearing', async () => {
    const as = { user: 'worker', password: passwords.worker };
    for (const { id } of (await testCore()).providers()) {
      const name = `byok:{0123}:${id}`;
      await server.ask(['SET', name, 'x', 'EX', '9'], inTest);
      assert.equal(await server.ask(['UNLINK', name], as), 1, id);
    }
    await server.ask(['SET', 'byok:{0123}:cleared', 'x', 'EX', '9'], inTest);
    assert.match(String(await server.ask(['UNLINK', 'byok:{0123}:cleared'], as)), /^NOPERM/);
    await server.ask(['UNLINK', 'byok:{0123}:cleared'], inTest);
  });

  test('several keys travel together, all or none', async () => {
    const store = makeRedisStore(await connect(server, 'api'));
    const names = ['byok:{0123}:openai', 'byok:{0123}:gemini'];
    const value = Buffer.from('x');
    await store.write(
      names.map((name) => ({ name, value, seconds: 9 })),
      ['byok:{0123}:cleared'],
    );
    assert.equal(await server.ask(['EXISTS', ...names], inTest), 2);
    await server.ask(['UNLINK', ...names], inTest);
  });

  async function namesOf(pattern: string): Promise<string[]> {
    return (await server.ask(['KEYS', pattern], inTest)) as string[];
  }
});

describe('the health check finds what no ACL can forbid', () => {
  test('a key without an end, and one with an end too far away; the mark of a clearing has its own', async () => {
    await server.ask(['FLUSHALL'], inTest);
    const health = await connect(server, 'health');
    const set = (...args: string[]): Promise<unknown> => server.ask(['SET', ...args], inTest);
    await set('byok:{a}:openai', 'x', 'EX', '300');
    await set('byok:{a}:cleared', 'x', 'EX', '360');
    await set('byok-limit:{a}:calls', 'x');
    assert.equal((await checkHealth(health)).healthy, true);
    await set('byok:{a}:gemini', 'x', 'EX', '400');
    for (let i = 0; i < 1500; i += 1) await set(`byok:{b}:p${String(i)}`, 'x', 'EX', '200');
    await set('byok:{a}:mistral', 'x');
    assert.deepEqual(await checkHealth(health), {
      healthy: false,
      redis: 'answers',
      entries: 1504,
      endless: 1,
      tooLong: 1,
    });
  });

  test('E15: a Redis that is away', async () => {
    const nobody = new Redis({ url: 'redis://127.0.0.1:1', patienceMs: 100 });
    const { healthy, redis } = await checkHealth(nobody);
    nobody.close();
    assert.deepEqual({ healthy, redis }, { healthy: false, redis: 'unavailable' });
  });
});

describe('each user is refused everything else', () => {
  const key = 'byok:{a}:openai';
  const nobodyMay = [
    ['EVAL', 'return 1', '0'],
    ['FCALL', 'f', '0'],
    ['PERSIST', key],
    ['DUMP', key],
    ['MONITOR'],
    ['CONFIG', 'GET', '*'],
    ['SLOWLOG', 'GET'],
    ['DEBUG', 'OBJECT', key],
    ['SAVE'],
    ['KEYS', '*'],
    ['FLUSHALL'],
    ['ACL', 'LIST'],
    ['CLIENT', 'LIST'],
    ['MIGRATE', 'h', '1', key, '0', '1'],
    ['RENAME', key, 'byok:{a}:x'],
    ['COPY', key, 'byok:{a}:x'],
    ['SUBSCRIBE', 'c'],
    ['SET', 'other', 'x'],
    ['GET', 'other'],
  ];
  const refused: Record<User, string[][]> = {
    api: [
      ['GET', key],
      ['SET', key, 'x', 'GET'],
      ['EXISTS', key],
      ['TTL', key],
      ['SCAN', '0'],
      ['INCR', key],
      ['EXPIRE', key, '9999'],
      ['UNLINK', 'byok-limit:{a}:calls'],
      ['WATCH', key],
    ],
    worker: [
      ['SET', key, 'x'],
      // What was cleared would be read again.
      ['UNLINK', 'byok:{a}:cleared'],
      ['UNLINK', key, 'byok:{a}:cleared'],
      ['SCAN', '0'],
      ['EXPIRE', key, '9'],
      ['INCR', 'byok-limit:{a}:calls'],
      ['GET', 'byok-limit:{a}:calls'],
    ],
    health: [
      ['GET', key],
      ['SET', key, 'x'],
      ['UNLINK', key],
      ['EXISTS', key],
      ['TTL', 'byok-limit:{a}:calls'],
      ['EXPIRE', key, '9'],
    ],
  };
  for (const [user, commands] of Object.entries(refused) as [User, string[][]][]) {
    test(user, async () => {
      for (const command of [...nobodyMay, ...commands]) {
        const answer = await server.ask(command, { user, password: passwords[user] });
        assert.match(String(answer), /^(NOPERM|ERR DEBUG command not allowed)/, command.join(' '));
      }
    });
  }
  test('nobody without a name, and no name with another password', async () => {
    assert.match(String(await server.ask(['PING'])), /^NOAUTH/);
    assert.match(
      String(await server.ask(['PING'], { user: 'api', password: passwords.worker })),
      /^WRONGPASS/,
    );
    assert.match(
      String(await server.ask(['PING'], { user: 'default', password: '' })),
      /^(WRONGPASS|NOAUTH)/,
    );
  });
});

test('the key cache writes nothing to a disk, keeps no arguments, and pushes nothing out when it is full', async () => {
  await server.ask(['SET', 'byok:{a}:openai', 'value-3fQz', 'EX', '300'], inTest);
  assert.equal(await server.ask(['SLOWLOG', 'LEN'], inTest), 0);
  const policy = (await server.ask(['CONFIG', 'GET', 'maxmemory-policy'], inTest)) as string[];
  assert.ok(JSON.stringify(policy).includes('noeviction'));
  await server.ask(['SHUTDOWN'], inTest);
  const written = readdirSync(server.folder, { recursive: true, encoding: 'utf8' });
  assert.deepEqual(written, []);
});

/** As the queue's two sides connect. */
function queueClient({ url }: TestRedis) {
  const client = createClient({ url: conf.urlFor('queue', url) });
  client.on('error', () => undefined);
  return client;
}

test('the user of the queue is all that BullMQ needs, on its own names and no others', async () => {
  const queueServer = await startWith('queue.conf');
  const settings = { prefix: 'byok-queue' };
  const [submitting, working] = [queueClient(queueServer), queueClient(queueServer)];
  const queue = new Queue('jobs', { ...settings, connection: submitting });
  const worker = new Worker('jobs', (job) => Promise.resolve(`done: ${job.name}`), {
    ...settings,
    connection: working,
    stalledInterval: 200,
    maxStalledCount: 0,
  });
  try {
    const faults: string[] = [];
    queue.on('error', ({ message }) => faults.push(message));
    worker.on('error', ({ message }) => faults.push(message));
    const { id = '' } = await queue.add('chat', { user: 'ada' }, { attempts: 1 });
    const deadline = performance.now() + 10_000;
    while ((await (await queue.getJob(id))?.getState()) !== 'completed') {
      assert.ok(performance.now() < deadline, faults.join('\n'));
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    assert.equal((await queue.getJob(id))?.returnvalue, 'done: chat');
    // Long enough for a look after stalled jobs.
    await new Promise((resolve) => setTimeout(resolve, 500));
    assert.deepEqual(faults, []);
  } finally {
    await worker.close(true);
    await queue.close();
    for (const client of [submitting, working]) if (client.isOpen) client.destroy();
  }
});

test('the queue keeps what it was given over a crash', async () => {
  const queue = await startWith('queue.conf');
  const asQueue = { user: 'queue', password: passwords.queue };
  assert.equal(await queue.ask(['SET', 'byok-queue:1', 'x'], asQueue), 'OK');
  // As a job is written: by a script, several commands in one.
  const script = 'redis.call("SET", KEYS[1], "y"); redis.call("LPUSH", KEYS[2], "y"); return 1';
  assert.equal(await queue.ask(['EVAL', script, '2', 'byok-queue:2', 'byok-queue:3'], asQueue), 1);
  assert.match(String(await queue.ask(['PING'])), /^NOAUTH/);
  for (const password of ['', 'default', 'test'])
    assert.match(String(await queue.ask(['PING'], { user: 'default', password })), /^(WRONGPASS|NOAUTH)/);
  for (const command of [
    ['CONFIG', 'GET', '*'],
    ['FLUSHALL'],
    ['MONITOR'],
    ['DEBUG', 'SLEEP', '0'],
    ['KEYS', '*'],
    ['SHUTDOWN'],
    ['GET', 'byok:{a}:openai'],
    ['EVAL', 'return redis.call("GET", "other")', '0'],
  ])
    assert.match(String(await queue.ask(command, asQueue)), /^(NOPERM|ERR)/, command.join(' '));
  // Within the second that a crash may cost, it is on the disk.
  await new Promise((resolve) => setTimeout(resolve, 1_500));
  await queue.kill();
  await queue.start();
  assert.equal(await queue.ask(['GET', 'byok-queue:1'], asQueue), 'x');
  assert.equal(await queue.ask(['GET', 'byok-queue:2'], asQueue), 'y');
  assert.equal(await queue.ask(['LLEN', 'byok-queue:3'], asQueue), 1);
  assert.ok(existsSync(join(queue.folder, 'appendonlydir')));
});
