import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { StoredReceipt } from '../receipts/receipts.ts';
import { startSandbox, type WatchedSandbox } from '../sandbox/sandbox.ts';
import { byServer, byUser, makeJobRig, userOnly, type JobRig } from '../testing/jobs.ts';
import { fixtures, testCore } from '../testing/platform.ts';
import { makeRunner, type RunJob } from './run.ts';

let sandbox: WatchedSandbox;
before(async () => {
  sandbox = await startSandbox(await testCore(), fixtures);
});
after(async () => {
  await sandbox.close();
});

const chat = { kind: 'chat', provider: 'openai', messages: [{ role: 'user', text: 'Hello' }] } as const;

async function runnerOf(): Promise<{ rig: JobRig; run: RunJob; kept: [string, StoredReceipt][] }> {
  const rig = await makeJobRig({ reroute: sandbox.reroute, serverKeys: { openai: 'sk-platform-valid' } });
  const kept: [string, StoredReceipt][] = [];
  const receipts = {
    add(user: string, receipt: StoredReceipt) {
      kept.push([user, receipt]);
      return Promise.reject(new Error('Redis is away'));
    },
  };
  const { core, router, telemetry } = rig;
  return { rig, kept, run: makeRunner({ core, router, telemetry, receipts, now: () => 42 }) };
}

describe('a job', () => {
  test('that is served: its text, its receipt, and the receipt kept, whatever becomes of that', async () => {
    const { rig, run, kept } = await runnerOf();
    await rig.cacheKey('u1', 'openai', 'sk-proj-mine-valid');
    const { state, text, receipt, error } = await run({ user: 'u1', policy: byUser }, chat);
    assert.deepEqual([state, error], ['done', undefined]);
    assert.match(text ?? '', /asked: Hello$/);
    assert.equal(receipt?.credential, 'user');
    assert.deepEqual(kept, [
      ['u1', { ...receipt, at: 42, provider: 'openai', job: 'chat', outcome: 'served' }],
    ]);
    assert.deepEqual(rig.told.requested, [['openai', 'user']]);
  });

  test("E5: whose user's key was rejected: the platform's serves, and the receipt says so", async () => {
    const { rig, run, kept } = await runnerOf();
    await rig.cacheKey('u1', 'openai', 'sk-proj-mine-invalid');
    const { state, receipt } = await run({ user: 'u1', policy: byUser }, chat);
    assert.equal(state, 'done');
    assert.deepEqual([receipt?.credential, receipt?.reason], ['server', 'invalid']);
    assert.equal(kept[0]?.[1].outcome, 'served');
  });

  test('that may not be served: the code and the receipt', async () => {
    const { run, kept } = await runnerOf();
    const { state, error, receipt } = await run({ user: 'u1', policy: userOnly }, chat);
    assert.deepEqual([state, error], ['failed', 'user_key_missing']);
    assert.deepEqual(receipt, { credential: 'user', reason: 'cache_miss', attempts: 0, sealId: null });
    assert.equal(kept[0]?.[1].outcome, 'refused');
  });

  test('that the provider does not answer', async () => {
    const { rig, run, kept } = await runnerOf();
    await rig.cacheKey('u1', 'openai', 'sk-proj-mine-unknown');
    const { state, error } = await run({ user: 'u1', policy: byUser }, chat);
    assert.deepEqual([state, error], ['failed', 'request_refused']);
    assert.equal(kept[0]?.[1].outcome, 'failed');
  });

  test('E29: that is no job fails before anything is called or counted', async () => {
    const { rig, run } = await runnerOf();
    const before = sandbox.seen.length;
    for (const [bad, error] of [
      [null, 'bad_argument'],
      [{ ...chat, provider: 'openai\r\n' }, 'bad_argument'],
      [{ ...chat, provider: 'nobody' }, 'unknown_provider'],
    ] as const) {
      assert.deepEqual(await run({ user: 'u1', policy: byServer }, bad), { state: 'failed', error });
    }
    assert.equal(sandbox.seen.length, before);
    assert.deepEqual(rig.told.requested, []);
  });

  test('in which something breaks that nobody thought of is `internal`, without its words', async () => {
    const { rig } = await runnerOf();
    const router = { run: () => Promise.reject(new TypeError('sk-proj-Zq8vLw3nXc5tRb7y')) };
    const { core, telemetry } = rig;
    const run = makeRunner({ core, router, telemetry, receipts: { add: () => Promise.resolve() } });
    assert.deepEqual(await run({ user: 'u1', policy: byServer }, chat), {
      state: 'failed',
      error: 'internal',
    });
  });
});
