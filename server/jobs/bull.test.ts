/** The queue over a real Redis, its workers in this process and in others. */
import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { after, before, describe, test } from 'node:test';
import { Queue } from 'bullmq';
import { receiptsInRedis } from '../receipts/receipts-redis.ts';
import { Redis } from '../redis/connection.ts';
import { byServer, byUser } from '../testing/jobs.ts';
import { testCore } from '../testing/platform.ts';
import { startRedis, type TestRedis } from '../testing/redis.ts';
import { startUpstream, type Upstream } from '../testing/upstream.ts';
import { BullQueue } from './bull-queue.ts';
import { startBullWorker, type RunningWorker } from './bull-worker.ts';
import { queueClient, queueName, queuePrefix } from './bull.ts';
import type { JobState } from './request.ts';
import type { RunJob } from './run.ts';

const chat = { kind: 'chat', provider: 'openai', messages: [{ role: 'user', text: 'Hello' }] } as const;
const core = await testCore();
let redis: TestRedis;
const closing: (() => Promise<unknown>)[] = [];
before(async () => {
  redis = await startRedis(['--appendonly', 'yes', '--appendfsync', 'always', '--save', '']);
});
after(async () => {
  for (const close of closing.splice(0).reverse()) await close();
  await redis.close();
});

function queueOf(): BullQueue {
  const queue = new BullQueue({ core, url: redis.url, failed: () => undefined });
  closing.push(() => queue.close());
  return queue;
}

function workerOf(run: RunJob): RunningWorker {
  const worker = startBullWorker({ url: redis.url, run, failed: () => undefined, lifeSignMs: 1_000 });
  closing.push(() => worker.close(100));
  return worker;
}

async function until<T>(
  what: string,
  look: () => T | Promise<T>,
  is: (value: T) => boolean,
  seconds = 20,
): Promise<T> {
  const end = performance.now() + seconds * 1000;
  for (;;) {
    const value = await look();
    if (is(value)) return value;
    assert.ok(performance.now() < end, `no ${what} after ${String(seconds)} s: ${JSON.stringify(value)}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

function ended(queue: BullQueue, user: string, id: string, seconds?: number): Promise<JobState> {
  return until(
    'end of the job',
    () => queue.state(user, id),
    ({ state }) => state !== 'waiting',
    seconds,
  );
}

async function everything(): Promise<string> {
  const names = (await redis.ask(['KEYS', '*'])) as string[];
  const values = await Promise.all(
    names.map(async (name) => {
      const type = await redis.ask(['TYPE', name]);
      const reads: Record<string, string[]> = {
        string: ['GET', name],
        hash: ['HGETALL', name],
        list: ['LRANGE', name, '0', '-1'],
        zset: ['ZRANGE', name, '0', '-1'],
        stream: ['XRANGE', name, '-', '+'],
      };
      return JSON.stringify([name, await redis.ask(reads[String(type)] ?? ['GET', name])]);
    }),
  );
  return values.join('\n');
}

async function workerProcess(providerUrl: string): Promise<ChildProcess> {
  const child = spawn(process.execPath, [new URL('../testing/worker-process.ts', import.meta.url).pathname], {
    env: {
      PATH: process.env['PATH'],
      QUEUE_REDIS_URL: redis.url,
      PROVIDER_URL: providerUrl,
      LIFE_SIGN_MS: '1000',
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  closing.push(async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGKILL');
    await once(child, 'exit');
  });
  await once(child.stdout, 'data');
  return child;
}

async function upstream(...args: Parameters<typeof startUpstream>): Promise<Upstream> {
  const started = await startUpstream(...args);
  closing.push(() => started.close());
  return started;
}

describe('a job through Redis', () => {
  test("waits, is done with its text and receipt, and is its own user's alone", async () => {
    const queue = queueOf();
    const id = await queue.submit('u1', chat, byUser);
    assert.deepEqual(await queue.state('u1', id), { state: 'waiting' });
    await assert.rejects(queue.state('u2', id), { code: 'job_unknown' });
    await assert.rejects(queue.state('u1', crypto.randomUUID()), { code: 'job_unknown' });
    await assert.rejects(queue.state('u1', 'meta'), { code: 'job_unknown' });
    const given: unknown[] = [];
    const done = {
      state: 'done',
      text: 'An answer',
      receipt: { credential: 'user', reason: 'as_asked', attempts: 1, sealId: null },
    } as const;
    const worker = workerOf((...args) => {
      given.push(args);
      return Promise.resolve(done);
    });
    assert.deepEqual(await ended(queue, 'u1', id), done);
    assert.deepEqual(given, [[{ user: 'u1', policy: byUser }, chat]]);
    await worker.close(1_000);
  });

  test('leaves nothing in Redis of what was asked, and no answer in the stream of events', async () => {
    const queue = queueOf();
    const asked = { ...chat, messages: [{ role: 'user', text: 'a-question-of-mine' }] };
    const id = await queue.submit('u1', asked, byUser);
    const worker = workerOf(() => Promise.resolve({ state: 'done', text: 'an-answer-of-theirs' }));
    await ended(queue, 'u1', id);
    const all = await everything();
    assert.ok(!all.includes('a-question-of-mine'));
    const events = String(await redis.ask(['XRANGE', `${queuePrefix}:${queueName}:events`, '-', '+']));
    assert.ok(events.includes(id));
    assert.ok(!events.includes('an-answer-of-theirs'));
    await worker.close(1_000);
  });

  test('E34: what a job throws is a code before the queue stores it', async () => {
    const queue = queueOf();
    const id = await queue.submit('u1', chat, byUser);
    const worker = workerOf(() =>
      Promise.reject(new Error('header value "sk-proj-Zq8vLw3nXc5tRb7yHd2m" refused')),
    );
    assert.deepEqual(await ended(queue, 'u1', id), { state: 'failed', error: 'internal' });
    const all = await everything();
    assert.ok(!all.includes('Zq8vLw3n'));
    assert.ok(!all.includes('bull-worker.ts'), 'no stack');
    await worker.close(1_000);
  });

  test('E29: what someone else wrote into the queue is not run', async () => {
    const client = queueClient(redis.url, 'waits');
    const raw = new Queue(queueName, { connection: client, prefix: queuePrefix });
    raw.on('error', () => undefined);
    closing.push(async () => {
      await raw.close();
      client.destroy();
    });
    let runs = 0;
    const worker = workerOf(() => {
      runs += 1;
      return Promise.resolve({ state: 'done' });
    });
    const id = crypto.randomUUID();
    await raw.add(
      'chat',
      { user: 'u1', policy: { credential: 'root', fallback: 'server' }, request: chat },
      { jobId: id },
    );
    await until(
      'failure',
      () => raw.getJob(id),
      (job) => job?.failedReason === 'bad_argument',
    );
    assert.equal(runs, 0);
    await worker.close(1_000);
  });

  test('has an end in Redis: a record that is removed, and a stream that is cut', async () => {
    const queue = queueOf();
    const id = await queue.submit('u1', chat, byUser);
    const opts = JSON.parse(
      String(await redis.ask(['HGET', `${queuePrefix}:${queueName}:${id}`, 'opts'])),
    ) as object;
    const { attempts, removeOnComplete, removeOnFail } = opts as Record<string, unknown>;
    assert.deepEqual(
      { attempts, removeOnComplete, removeOnFail },
      {
        attempts: 1,
        removeOnComplete: { age: 3600 },
        removeOnFail: { age: 3600 },
      },
    );
    const worker = workerOf(() => Promise.resolve({ state: 'done' }));
    await ended(queue, 'u1', id);
    await worker.close(1_000);
  });
});

test('a worker that is asked to stop finishes what it runs, and takes no more', async () => {
  const queue = queueOf();
  let finish: (() => void) | undefined;
  const worker = workerOf(
    () =>
      new Promise((resolve) => {
        finish = () => {
          resolve({ state: 'done', text: 'late' });
        };
      }),
  );
  const id = await queue.submit('u1', chat, byUser);
  await until(
    'start',
    () => finish,
    (started) => started !== undefined,
  );
  const stopping = worker.close(10_000);
  // One that is submitted in the very moment may still be taken, and is then finished, too.
  await until(
    'end of the waiting for jobs',
    () => redis.ask(['CLIENT', 'LIST']),
    (clients) => !String(clients).includes('cmd=bzpopmin'),
  );
  const next = await queue.submit('u1', chat, byUser);
  finish?.();
  assert.equal(await stopping, true);
  assert.deepEqual(await queue.state('u1', id), { state: 'done', text: 'late' });
  assert.deepEqual(await queue.state('u1', next), { state: 'waiting' });

  let end: (() => void) | undefined;
  const other = workerOf(
    () =>
      new Promise((resolve) => {
        end = () => {
          resolve({ state: 'done' });
        };
      }),
  );
  await until(
    'start',
    () => redis.ask(['LLEN', `${queuePrefix}:${queueName}:active`]),
    (length) => length === 1,
  );
  const started = performance.now();
  assert.equal(await other.close(200), false);
  assert.ok(performance.now() - started < 5_000, 'within its bound');
  end?.();
});

test('a worker killed in the middle of a job: the job fails with `worker_lost`, and its provider was called once', async () => {
  const { url, received } = await upstream(() => undefined);
  const queue = queueOf();
  const first = await workerProcess(url);
  const id = await queue.submit('u1', chat, byServer);
  await until(
    'call',
    () => received.length,
    (calls) => calls === 1,
  );
  first.kill('SIGKILL');
  await once(first, 'exit');
  assert.deepEqual(await queue.state('u1', id), { state: 'waiting' });
  const second = await workerProcess(url);
  const all = await ended(queue, 'u1', id);
  assert.deepEqual(all, { state: 'failed', error: 'worker_lost' });
  await new Promise((resolve) => setTimeout(resolve, 1_500));
  assert.equal(received.length, 1);
  const data = String(await redis.ask(['HGET', `${queuePrefix}:${queueName}:${id}`, 'data']));
  assert.ok(!data.includes(chat.messages[0].text), 'what the user wrote is gone');
  assert.deepEqual(await queue.state('u1', id), all);
  second.kill('SIGTERM');
  await once(second, 'exit');
});

describe('E15: the queue’s Redis', () => {
  test('killed while jobs wait and run, and started again: each job ends, and is run once', async () => {
    const queue = queueOf();
    const runs = new Map<string, number>();
    const finish: (() => void)[] = [];
    const worker = workerOf((_owner, request) => {
      const text = (request as { messages: [{ text: string }] }).messages[0].text;
      runs.set(text, (runs.get(text) ?? 0) + 1);
      return new Promise((resolve) => {
        finish.push(() => {
          resolve({ state: 'done', text });
        });
      });
    });
    const submit = (text: string): Promise<string> =>
      queue.submit('u1', { ...chat, messages: [{ role: 'user', text }] }, byUser);
    const running = await submit('runs');
    await until(
      'start',
      () => finish.length,
      (started) => started === 1,
    );
    await redis.kill();
    const started = performance.now();
    await assert.rejects(submit('refused'), { code: 'queue_unavailable' });
    await assert.rejects(queue.state('u1', running), { code: 'queue_unavailable' });
    assert.ok(performance.now() - started < 6_000, 'no call hangs');
    finish.forEach((each) => {
      each();
    });
    await redis.start();
    const { state, error } = await until(
      'end of the job',
      () => queue.state('u1', running).catch((): JobState => ({ state: 'waiting' })),
      (job) => job.state !== 'waiting',
      30,
    );
    // Its worker wrote the end once Redis was back; or was too late, and the job is lost and named so. Never run twice.
    assert.ok(state === 'done' || error === 'worker_lost', JSON.stringify({ state, error }));
    const next = await submit('next');
    await until(
      'start',
      () => finish.length,
      (count) => count === 2,
      30,
    );
    finish[1]?.();
    assert.deepEqual(await ended(queue, 'u1', next), { state: 'done', text: 'next' });
    assert.deepEqual(
      [...runs],
      [
        ['runs', 1],
        ['next', 1],
      ],
    );
    await worker.close(1_000);
  });

  test('paused: whoever asks is told within seconds, and it recovers by itself', async () => {
    const queue = queueOf();
    const id = await queue.submit('u1', chat, byUser);
    redis.freeze();
    const started = performance.now();
    await assert.rejects(queue.submit('u1', chat, byUser), { code: 'queue_unavailable' });
    assert.ok(performance.now() - started < 4_000);
    redis.thaw();
    await until(
      'recovery',
      () => queue.state('u1', id).catch(() => null),
      (state) => state !== null,
    );
  });

  test('full: nothing is submitted, and what it said is not passed on', async () => {
    const queue = queueOf();
    await redis.ask(['CONFIG', 'SET', 'maxmemory', '1']);
    await assert.rejects(
      queue.submit('u1', { ...chat, messages: [{ role: 'user', text: 'canary' }] }, byUser),
      (error: Error) => error.message === 'queue_unavailable' && error.cause === undefined,
    );
    await redis.ask(['CONFIG', 'SET', 'maxmemory', '0']);
  });
});

test('receipts in Redis: newest first, capped, with an end, under a name that says nothing', async () => {
  const connection = new Redis({ url: redis.url });
  closing.push(() => {
    connection.close();
    return Promise.resolve();
  });
  await connection.ready(5_000);
  const receipts = receiptsInRedis(core, connection);
  const receipt = {
    provider: 'openai',
    job: 'chat',
    outcome: 'served',
    credential: 'user',
    reason: 'as_asked',
    attempts: 1,
    sealId: null,
  } as const;
  const now = Date.now();
  for (let age = 60; age > 0; age -= 1)
    await receipts.add('someone@example.com', { ...receipt, at: now - age });
  const list = await receipts.list('someone@example.com');
  assert.equal(list.length, 50);
  assert.deepEqual(list[0], { ...receipt, at: now - 1 });
  assert.deepEqual(await receipts.list('another'), []);
  const names = (await redis.ask(['KEYS', 'byok-receipts:*'])) as string[];
  assert.equal(names.length, 1);
  assert.match(names[0] ?? '', /^byok-receipts:\{[0-9a-f]{32}\}$/);
  const ttl = Number(await redis.ask(['TTL', names[0] ?? '']));
  assert.ok(ttl > 604_700 && ttl <= 604_800, String(ttl));
  assert.equal(await redis.ask(['LLEN', names[0] ?? '']), 50);
});
