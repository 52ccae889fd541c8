/**
 * What breaks while keys and jobs are on their way. Under each fault no job is lost, none hangs beyond its bound, none is served
 * with another key than it may be, and once the fault is over all is as before.
 */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { inTest } from '../deploy/redis/testing.ts';
import type { Row } from './rows.ts';
import type { Stack } from './stack.ts';
import { assertRefused, assertServed, userFirst, userOnly, Visitor, type EndedJob } from './visitor.ts';

/** Seconds in which whatever was broken works again by itself, and in which a job of a provider that answers at once ends. */
const soon = 30;

interface Owner {
  readonly someone: Visitor;
  readonly key: string;
}

async function ownerOf(stack: Stack, provider = 'openai', ending = 'valid'): Promise<Owner> {
  const someone = await Visitor.arrive(stack);
  const key = stack.canaries.key(provider, ending);
  await until('the key is cached', async () => (await someone.cache({ [provider]: key })).status === 200);
  return { someone, key };
}

async function until(what: string, is: () => Promise<boolean>): Promise<void> {
  const end = performance.now() + soon * 1000;
  while (!(await is().catch(() => false))) {
    assert.ok(performance.now() < end, `not within ${String(soon)} s: ${what}`);
    await sleep(100);
  }
}

/** The user's key, or the platform's where the cache gave none: nothing else, and never without saying which. */
function assertEitherServed(stack: Stack, ended: EndedJob, key: string): void {
  const own = ended.state.receipt?.credential === 'user';
  const { reason } = ended.state.receipt ?? {};
  if (!own) assert.ok(reason === 'cache_miss' || reason === 'cache_unavailable', reason);
  assertServed(ended, own ? 'user' : 'server', own ? key : (stack.serverKeys.get('openai') ?? ''));
  assert.equal(ended.calls.length, 1);
}

async function isAsBefore(stack: Stack): Promise<void> {
  const { someone, key } = await ownerOf(stack);
  await until('a job is served with the key that was cached', async () => {
    const { state, calls } = await someone.run('openai', userOnly);
    return state.state === 'done' && calls.at(-1)?.key === key;
  });
}

/** Jobs that are under way while something breaks. */
async function during(stack: Stack, breaks: () => Promise<void>): Promise<void> {
  const { someone, key } = await ownerOf(stack);
  const waiting: ((seconds: number) => Promise<EndedJob>)[] = [];
  for (let i = 0; i < 6; i += 1) waiting.push(await someone.submit('openai', userFirst));
  await breaks();
  for (const end of waiting) assertEitherServed(stack, await end(soon), key);
}

async function keysKilled(stack: Stack): Promise<void> {
  const { redis } = stack.keys;
  await during(stack, () => redis.kill());
  const someone = await Visitor.arrive(stack);
  const away = await someone.cache({ openai: stack.canaries.key('openai', 'valid') });
  assert.deepEqual([away.status, away.error], [503, 'cache_unavailable']);
  const served = await someone.run('openai', userFirst);
  assertServed(served, 'server', stack.serverKeys.get('openai') ?? '', 'cache_unavailable');
  assertRefused(await someone.run('openai', userOnly), 'cache_unavailable');
  await redis.start();
  await isAsBefore(stack);
}

async function keysPaused(stack: Stack): Promise<void> {
  const { redis } = stack.keys;
  await during(stack, () => {
    redis.freeze();
    return Promise.resolve();
  });
  const someone = await Visitor.arrive(stack);
  const begin = performance.now();
  const away = await someone.cache({ openai: stack.canaries.key('openai', 'valid') });
  assert.deepEqual([away.status, away.error], [503, 'cache_unavailable']);
  assert.ok(performance.now() - begin < 10_000, 'said in time');
  assertRefused(await someone.run('openai', userOnly), 'cache_unavailable');
  redis.thaw();
  await isAsBefore(stack);
}

async function keysFull(stack: Stack): Promise<void> {
  const { redis } = stack.keys;
  const { someone, key } = await ownerOf(stack);
  await redis.ask(['CONFIG', 'SET', 'maxmemory', '1'], inTest);
  const full = await someone.cache({ openai: stack.canaries.key('openai', 'valid') });
  assert.deepEqual([full.status, full.error], [503, 'cache_unavailable']);
  // What is in there is in there.
  assertServed(await someone.run('openai', userOnly), 'user', key);
  await redis.ask(['CONFIG', 'SET', 'maxmemory', '256mb'], inTest);
  await isAsBefore(stack);
}

async function keysSlow(stack: Stack): Promise<void> {
  const { tap } = stack.keys;
  const { someone, key } = await ownerOf(stack);
  // There and back, and still in time.
  tap.delay = 100;
  assertServed(await someone.run('openai', userOnly), 'user', key);
  // Later than anyone waits.
  tap.delay = 1_000;
  assertRefused(await someone.run('openai', userOnly), 'cache_unavailable');
  tap.delay = 0;
  await isAsBefore(stack);
}

async function queueKilled(stack: Stack): Promise<void> {
  const { redis } = stack.jobs;
  // What was acknowledged is in the file within a second.
  const { someone, key } = await ownerOf(stack);
  const waiting: ((seconds: number) => Promise<EndedJob>)[] = [];
  for (const worker of stack.workers) await worker.stop('SIGTERM');
  for (let i = 0; i < 6; i += 1) waiting.push(await someone.submit('openai', userFirst));
  await sleep(1_500);
  await redis.kill();
  await assert.rejects(someone.submit('openai', userFirst), { code: 'queue_unavailable' });
  await redis.start();
  for (const worker of stack.workers) await worker.start();
  for (const end of waiting) assertEitherServed(stack, await end(soon), key);
  await isAsBefore(stack);
}

async function queuePaused(stack: Stack): Promise<void> {
  const { redis } = stack.jobs;
  await during(stack, async () => {
    redis.freeze();
    await sleep(3_000);
    redis.thaw();
  });
  await isAsBefore(stack);
}

async function queueFull(stack: Stack): Promise<void> {
  const { redis } = stack.jobs;
  const { someone } = await ownerOf(stack);
  await redis.ask(['CONFIG', 'SET', 'maxmemory', '1'], inTest);
  await assert.rejects(someone.submit('openai', userFirst), { code: 'queue_unavailable' });
  await redis.ask(['CONFIG', 'SET', 'maxmemory', '512mb'], inTest);
  await isAsBefore(stack);
}

async function apiRestarted(stack: Stack): Promise<void> {
  const { someone, key } = await ownerOf(stack);
  const waiting = await someone.submit('openai', userFirst);
  for (const api of stack.apis) {
    await api.stop('SIGKILL');
    // The other one answers meanwhile.
    const next = stack.canaries.key('gemini', 'valid');
    assert.equal((await someone.cache({ gemini: next })).status, 200);
    assertServed(await someone.run('gemini', userOnly), 'user', next);
    await api.start();
  }
  assertEitherServed(stack, await waiting(soon), key);
  await isAsBefore(stack);
}

async function apiKilledInMidCall(stack: Stack): Promise<void> {
  const someone = await Visitor.arrive(stack);
  const key = stack.canaries.key('openai', 'slow');
  const tests = [someone.test('openai', key), someone.test('openai', key)].map((test) =>
    test.catch(() => null),
  );
  await until('the provider is asked', () =>
    Promise.resolve(stack.providers.calls.some((call) => call.key === key)),
  );
  for (const api of stack.apis) await api.stop('SIGKILL');
  for (const answer of await Promise.all(tests)) assert.notEqual(answer?.status, 200);
  for (const api of stack.apis) await api.start();
  await isAsBefore(stack);
}

async function providerHangs(stack: Stack): Promise<void> {
  const { someone, key } = await ownerOf(stack, 'openai', 'slow');
  const begin = performance.now();
  assert.equal((await someone.test('openai', key)).data?.['verdict'], 'unreachable');
  assert.ok(performance.now() - begin < 10_000, 'a test takes five seconds');
  const waiting = await someone.submit('openai', userFirst);
  // A minute of silence, one second try, and the platform's key.
  const ended = await waiting(150);
  assertServed(ended, 'server', stack.serverKeys.get('openai') ?? '', 'unreachable');
  assert.equal(ended.calls.length, 3);
}

async function workerKilled(stack: Stack): Promise<void> {
  const { someone, key } = await ownerOf(stack, 'openai', 'slow');
  const waiting = await someone.submit('openai', userOnly);
  await until('the provider is called', () =>
    Promise.resolve(stack.providers.calls.some((call) => call.key === key)),
  );
  for (const worker of stack.workers) await worker.stop('SIGKILL');
  for (const worker of stack.workers) await worker.start();
  const ended = await waiting(100);
  assertRefused(ended, 'worker_lost', 1);
  assert.equal(ended.calls.length, 1, 'nobody takes it up again');
  await isAsBefore(stack);
}

/** A job that waits until its key has ended. */
async function expiredInTheQueue(stack: Stack): Promise<void> {
  const someone = await Visitor.arrive(stack);
  for (const worker of stack.workers) await worker.stop('SIGTERM');
  await someone.cache({ openai: stack.canaries.key('openai', 'valid') }, 1_000);
  const first = await someone.submit('openai', userFirst);
  const second = await someone.submit('openai', userOnly);
  await sleep(2_000);
  for (const worker of stack.workers) await worker.start();
  assertServed(await first(soon), 'server', stack.serverKeys.get('openai') ?? '', 'cache_miss');
  assertRefused(await second(soon), 'user_key_missing');
}

/** Each process at another stage of a new secret, while jobs wait. */
async function secretRotated(stack: Stack): Promise<void> {
  const [old = ''] = stack.secrets;
  const next = stack.canaries.secret();
  const restart = async (part: Stack['apis'][number] | undefined): Promise<void> => {
    await part?.stop('SIGTERM');
    await part?.start();
  };
  const served = async (): Promise<void> => {
    const { someone, key } = await ownerOf(stack);
    for (let i = 0; i < 4; i += 1) assertServed(await someone.run('openai', userOnly), 'user', key);
  };
  // Known to all before anyone seals with it.
  for (const secrets of [
    [old, next],
    [next, old],
  ]) {
    stack.secrets = secrets;
    for (const part of [...stack.workers, ...stack.apis]) {
      const { someone, key } = await ownerOf(stack);
      const waiting = await someone.submit('openai', userOnly);
      await restart(part);
      assertServed(await waiting(soon), 'user', key);
      await served();
    }
  }
  // Retired: what was sealed under it, and waits, opens nothing any more.
  const { someone } = await ownerOf(stack);
  const [, worker] = stack.workers;
  await stack.workers[0]?.stop('SIGTERM');
  stack.secrets = [randomBytes(32).toString('hex')];
  await restart(worker);
  assertRefused(await someone.run('openai', userOnly), 'user_key_missing');
  stack.secrets = [next];
  for (const part of [...stack.workers, ...stack.apis]) await restart(part);
  await served();
}

/** A minute at a time nothing happens in it: it is driven beside the others, on a platform of its own. */
export const patient: readonly Row[] = [{ name: 'E30: a provider that says nothing', drive: providerHangs }];

export const faults: readonly Row[] = [
  { name: "E15: the keys' Redis killed, and started again", drive: keysKilled },
  { name: "E15: the keys' Redis standing still", drive: keysPaused },
  { name: "E15: the keys' Redis full", drive: keysFull },
  { name: "E15: the keys' Redis slow", drive: keysSlow },
  { name: "E15: the queue's Redis killed, and started again", drive: queueKilled },
  { name: "E15: the queue's Redis standing still", drive: queuePaused },
  { name: "E15: the queue's Redis full", drive: queueFull },
  { name: 'each process of the API killed, and started again', drive: apiRestarted },
  { name: 'the API killed while it tests a key', drive: apiKilledInMidCall },
  { name: 'E6: a key that ends while its job waits', drive: expiredInTheQueue },
  { name: 'E16: the secret rolled over while jobs wait', drive: secretRotated },
  { name: 'a worker killed in the middle of a job', drive: workerKilled },
];
