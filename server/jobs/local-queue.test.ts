import assert from 'node:assert/strict';
import { test } from 'node:test';
import { byUser } from '../testing/jobs.ts';
import { testCore } from '../testing/platform.ts';
import { LocalQueue } from './local-queue.ts';
import { concurrency, keptSeconds } from './queue.ts';
import type { JobState } from './request.ts';
import type { JobOwner } from './run.ts';

const core = await testCore();
const chat = { kind: 'chat', provider: 'openai', messages: [{ role: 'user', text: 'Hello' }] } as const;
const done: JobState = { state: 'done', text: 'Hi' };

/** Lets what is under way go on to its next wait. */
async function settle(): Promise<void> {
  for (let turns = 0; turns < 5; turns += 1) await new Promise((resolve) => setImmediate(resolve));
}

test('a job waits, is done, and is its own user’s alone', async () => {
  let finish: ((state: JobState) => void) | undefined;
  const seen: JobOwner[] = [];
  const queue = new LocalQueue({
    core,
    run: (owner) => {
      seen.push(owner);
      return new Promise((resolve) => (finish = resolve));
    },
  });
  const id = await queue.submit('u1', chat, byUser);
  assert.match(id, /^[0-9a-f-]{36}$/);
  assert.deepEqual(await queue.state('u1', id), { state: 'waiting' });
  await assert.rejects(queue.state('u2', id), { code: 'job_unknown' });
  finish?.(done);
  await settle();
  assert.deepEqual(await queue.state('u1', id), done);
  assert.deepEqual(seen, [{ user: 'u1', policy: byUser }]);
});

test('what is no job, or for nobody, is not submitted', async () => {
  const queue = new LocalQueue({ core, run: () => Promise.resolve(done) });
  await assert.rejects(queue.submit('u1', { ...chat, key: 'x' }, byUser), { code: 'bad_argument' });
  await assert.rejects(queue.submit('u1', { ...chat, provider: 'nobody' }, byUser), {
    code: 'unknown_provider',
  });
  await assert.rejects(queue.state('u1', 'nothing'), { code: 'job_unknown' });
});

test('no more run at once than was agreed, and each runs once', async () => {
  const finish: (() => void)[] = [];
  let runs = 0;
  const queue = new LocalQueue({
    core,
    run: () => {
      runs += 1;
      return new Promise((resolve) => {
        finish.push(() => {
          resolve(done);
        });
      });
    },
  });
  const ids = await Promise.all(
    Array.from({ length: concurrency + 5 }, () => queue.submit('u1', chat, byUser)),
  );
  assert.equal(runs, concurrency);
  finish.splice(0).forEach((each) => {
    each();
  });
  await settle();
  assert.equal(runs, concurrency + 5);
  finish.forEach((each) => {
    each();
  });
  await settle();
  for (const id of ids) assert.equal((await queue.state('u1', id)).state, 'done');
});

test('an ended job is forgotten after an hour; a full queue takes no more until then', async () => {
  let now = 0;
  const queue = new LocalQueue({ core, run: () => Promise.resolve(done), elapsed: () => now });
  const ids = await Promise.all(Array.from({ length: 1000 }, () => queue.submit('u1', chat, byUser)));
  await settle();
  await assert.rejects(queue.submit('u1', chat, byUser), { code: 'queue_unavailable' });
  now = keptSeconds * 1000 + 1;
  await assert.rejects(queue.state('u1', ids[0] ?? ''), { code: 'job_unknown' });
  await queue.submit('u1', chat, byUser);
});

test('at the end running jobs have their time, and no more than that', async () => {
  let finish: (() => void) | undefined;
  const queue = new LocalQueue({
    core,
    run: () =>
      new Promise((resolve) => {
        finish = () => {
          resolve(done);
        };
      }),
  });
  const id = await queue.submit('u1', chat, byUser);
  const closing = queue.close(60_000);
  await assert.rejects(queue.submit('u1', chat, byUser), { code: 'queue_unavailable' });
  finish?.();
  await closing;
  assert.deepEqual(await queue.state('u1', id), done);

  const stuck = new LocalQueue({ core, run: () => new Promise(() => undefined) });
  await stuck.submit('u1', chat, byUser);
  await stuck.close(20);
});
