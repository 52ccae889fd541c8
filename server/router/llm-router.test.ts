import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Verdict } from '../../web/core/types.ts';
import { startSandbox, type WatchedSandbox } from '../sandbox/sandbox.ts';
import { byServer, byUser, makeJobRig, userOnly, type JobRig, type JobRigOptions } from '../testing/jobs.ts';
import { fixtures, testCore } from '../testing/platform.ts';
import { startUpstream, type Upstream } from '../testing/upstream.ts';

let sandbox: WatchedSandbox;
const open: Upstream[] = [];
before(async () => {
  sandbox = await startSandbox(await testCore(), fixtures);
});
after(async () => {
  await Promise.all([sandbox.close(), ...open.map((each) => each.close())]);
});

function rigOf(options: JobRigOptions = {}): Promise<JobRig> {
  return makeJobRig({ reroute: sandbox.reroute, serverKeys: { openai: 'sk-platform-valid' }, ...options });
}

async function upstream(...args: Parameters<typeof startUpstream>): Promise<Upstream> {
  const started = await startUpstream(...args);
  open.push(started);
  return started;
}

function good(text: string): string {
  return JSON.stringify({ choices: [{ message: { role: 'assistant', content: text } }] });
}

describe('whose key', () => {
  test("the user's, from the cache", async () => {
    const rig = await rigOf();
    await rig.cacheKey('u1', 'openai', 'sk-proj-mine-valid');
    const answer = await rig.chat('u1', byUser);
    assert.ok(answer.outcome === 'served');
    assert.match(answer.text, /Hello/);
    const { sealId, ...rest } = answer.receipt;
    assert.deepEqual(rest, { credential: 'user', reason: 'as_asked', attempts: 1 });
    assert.match(sealId ?? '', /^[0-9a-f]{32}$/);
    assert.deepEqual([rig.told.metered, rig.told.serverCalls], [[], []]);
    assert.deepEqual(rig.told.fellBack, []);
  });

  test("E7: credential 'server' is the platform's, without a read of the cache, and metered", async () => {
    const rig = await rigOf();
    await rig.cacheKey('u1', 'openai', 'sk-proj-mine-valid');
    const answer = await rig.chat('u1', byServer);
    assert.equal(answer.outcome, 'served');
    assert.deepEqual(answer.receipt, { credential: 'server', reason: 'as_asked', attempts: 1, sealId: null });
    assert.equal(rig.lent.length, 0);
    assert.deepEqual(rig.told.metered, [{ user: 'u1', provider: 'openai' }]);
    assert.deepEqual(rig.told.serverCalls, ['openai']);
    assert.deepEqual(rig.told.fellBack, []);
    assert.deepEqual(await rig.cache.peek('u1'), ['openai'], 'the stored key stays');
  });

  test("E32: another user's cached key is nobody's", async () => {
    const rig = await rigOf();
    await rig.cacheKey('u1', 'openai', 'sk-proj-mine-valid');
    const answer = await rig.chat('u2', userOnly);
    assert.ok(answer.outcome === 'refused');
    assert.equal(answer.error, 'user_key_missing');
    assert.equal(rig.lent.length, 0);
  });
});

describe('E6: nothing in the cache', () => {
  test("the platform's key serves, told and counted", async () => {
    const rig = await rigOf();
    const answer = await rig.chat('u1', byUser);
    assert.equal(answer.outcome, 'served');
    assert.deepEqual(answer.receipt, {
      credential: 'server',
      reason: 'cache_miss',
      attempts: 1,
      sealId: null,
    });
    assert.deepEqual(rig.told.fellBack, [['u1', 'openai', 'cache_miss']]);
    assert.deepEqual(rig.told.metered, [{ user: 'u1', provider: 'openai' }]);
    assert.deepEqual(rig.told.serverCalls, ['openai']);
  });

  test('a key that ended while the job waited is not there', async () => {
    let now = Date.now();
    const rig = await rigOf({ now: () => now });
    await rig.cacheKey('u1', 'openai', 'sk-proj-mine-valid');
    now += 300_001;
    const answer = await rig.chat('u1', userOnly);
    assert.ok(answer.outcome === 'refused');
    assert.equal(answer.error, 'user_key_missing');
    assert.deepEqual(rig.told.missed, [['u1', 'openai', 'expired']]);
  });

  test('a job that may use no other key is refused', async () => {
    const rig = await rigOf();
    const answer = await rig.chat('u1', userOnly);
    assert.ok(answer.outcome === 'refused');
    assert.equal(answer.error, 'user_key_missing');
    assert.deepEqual([rig.told.metered, rig.told.serverCalls], [[], []]);
  });
});

test('E13: neither key', async () => {
  const rig = await rigOf({ serverKeys: {} });
  for (const policy of [byUser, byServer]) {
    const answer = await rig.chat('u1', policy);
    assert.ok(answer.outcome === 'refused');
    assert.equal(answer.error, 'no_api_key');
    assert.equal(answer.receipt.attempts, 0);
  }
});

test('E15: a cache that does not answer, or throws, is the policy', async () => {
  for (const get of [
    () => Promise.resolve({ kind: 'unavailable' } as const),
    () => Promise.reject(new Error('ECONNRESET')),
  ]) {
    const cache = { get, drop: () => Promise.reject(new Error('ECONNRESET')) };
    const rig = await rigOf({ cache });
    const served = await rig.chat('u1', byUser);
    assert.equal(served.outcome, 'served');
    assert.equal(served.receipt.reason, 'cache_unavailable');
    const refused = await rig.chat('u1', userOnly);
    assert.ok(refused.outcome === 'refused');
    assert.equal(refused.error, 'cache_unavailable');
  }
});

describe('E5, E14, E31: what the provider says of the key', () => {
  const dropped: readonly Verdict[] = ['invalid', 'blocked'];
  for (const [provider, verdict] of [
    ['openai', 'invalid'],
    ['gemini', 'blocked'],
    ['openai', 'restricted'],
    ['anthropic', 'restricted'],
    ['openai', 'no_credit'],
    ['anthropic', 'no_credit'],
    ['openai', 'wrong_region_or_ip'],
  ] as const) {
    test(`${provider}: ${verdict} falls back, told, and ${dropped.includes(verdict) ? 'drops' : 'keeps'} the cached key`, async () => {
      const rig = await rigOf({ serverKeys: { [provider]: 'platform-valid' } });
      await rig.cacheKey('u1', provider, `mine-${verdict}`);
      const answer = await rig.chat('u1', byUser, { provider });
      assert.equal(answer.outcome, 'served');
      assert.equal(answer.receipt.credential, 'server');
      assert.equal(answer.receipt.reason, verdict);
      assert.equal(answer.receipt.attempts, 2);
      assert.match(answer.receipt.sealId ?? '', /^[0-9a-f]{32}$/);
      assert.deepEqual(rig.told.fellBack, [['u1', provider, verdict]]);
      assert.deepEqual(rig.told.errors, [[provider, verdict]]);
      assert.deepEqual(await rig.cache.peek('u1'), dropped.includes(verdict) ? [] : [provider]);
    });
  }

  test('E5: a key that was replaced meanwhile is not dropped', async () => {
    const rig = await rigOf({ serverKeys: {}, reroute: () => swapping.url });
    const swapping = await upstream((_req, res) => {
      void rig.cacheKey('u1', 'openai', 'sk-proj-newer-valid').then(() => {
        res.writeHead(401, { 'content-type': 'application/json' });
        res.end('{"error":{"code":"invalid_api_key","message":"no"}}');
      });
    });
    await rig.cacheKey('u1', 'openai', 'sk-proj-older-invalid');
    const answer = await rig.chat('u1', userOnly);
    assert.ok(answer.outcome === 'refused');
    assert.equal(answer.error, 'user_key_failed');
    assert.deepEqual(await rig.cache.peek('u1'), ['openai']);
  });

  test('what is not about the key is given as it is, without a second call', async () => {
    const rig = await rigOf();
    await rig.cacheKey('u1', 'openai', 'sk-proj-mine-unknown');
    const answer = await rig.chat('u1', byUser);
    assert.ok(answer.outcome === 'failed');
    assert.equal(answer.error, 'request_refused');
    assert.deepEqual(answer.receipt.attempts, 1);
    assert.deepEqual([rig.told.metered, rig.told.serverCalls], [[], []]);
  });
});

describe('E30, E31: waiting and trying again', () => {
  test('a Retry-After of at most ten seconds is waited for, once, and the key is read anew', async () => {
    let calls = 0;
    const { url } = await upstream((_req, res) => {
      calls += 1;
      if (calls === 1) res.writeHead(429, { 'retry-after-ms': '2500' }).end('{}');
      else res.writeHead(200).end(good('done'));
    });
    const rig = await rigOf({ reroute: () => url });
    await rig.cacheKey('u1', 'openai', 'sk-proj-mine-valid');
    const answer = await rig.chat('u1', byUser);
    assert.equal(answer.outcome, 'served');
    assert.deepEqual(rig.waited, [3000]);
    assert.equal(answer.receipt.credential, 'user');
    assert.equal(answer.receipt.attempts, 2);
    assert.equal(rig.lent.length, 2);
  });

  test('E33: a key that was cleared while its job waited is not used again', async () => {
    const { url, received } = await upstream((_req, res) => res.writeHead(503).end('{}'));
    const rig: JobRig = await rigOf({
      reroute: () => url,
      wait: () => rig.cache.clear('u1'),
    });
    await rig.cacheKey('u1', 'openai', 'sk-proj-mine-valid');
    const answer = await rig.chat('u1', userOnly);
    assert.ok(answer.outcome === 'refused');
    assert.equal(answer.error, 'user_key_missing');
    assert.equal(received.length, 1);
  });

  test('a longer one is not', async () => {
    const { url } = await upstream((_req, res) => res.writeHead(429, { 'retry-after': '11' }).end('{}'));
    const rig = await rigOf({ reroute: () => url });
    await rig.cacheKey('u1', 'openai', 'sk-proj-mine-valid');
    const answer = await rig.chat('u1', userOnly);
    assert.ok(answer.outcome === 'refused');
    assert.deepEqual(rig.waited, []);
  });

  test('a provider that is out of reach is called three times at most, the last with the other key', async () => {
    const { url, received } = await upstream((req) => req.socket.resetAndDestroy());
    const rig = await rigOf({ reroute: () => url });
    await rig.cacheKey('u1', 'openai', 'sk-proj-mine-valid');
    const answer = await rig.chat('u1', byUser);
    assert.ok(answer.outcome === 'failed');
    assert.equal(answer.error, 'provider_failed');
    assert.deepEqual(
      received.map(({ headers }) => headers.authorization),
      ['Bearer sk-proj-mine-valid', 'Bearer sk-proj-mine-valid', 'Bearer sk-platform-valid'],
    );
    assert.equal(rig.told.errors.length, 3);
    assert.deepEqual(await rig.cache.peek('u1'), ['openai'], 'E30: the key is not to blame');
  });

  test('a provider that hangs is given up on', async () => {
    const rig = await rigOf({ patience: { totalMs: 100, silenceMs: 100 } });
    await rig.cacheKey('u1', 'openai', 'sk-proj-mine-slow');
    const answer = await rig.chat('u1', userOnly);
    assert.ok(answer.outcome === 'refused');
    assert.equal(answer.receipt.reason, 'unreachable');
    assert.equal(answer.receipt.attempts, 2);
  });
});

describe('a stream', () => {
  test('comes piece by piece and whole', async () => {
    const rig = await rigOf();
    await rig.cacheKey('u1', 'openai', 'sk-proj-mine-valid');
    const pieces: string[] = [];
    const answer = await rig.chat('u1', byUser, { stream: true }, (text) => pieces.push(text));
    assert.ok(answer.outcome === 'served');
    assert.ok(pieces.length > 1);
    assert.equal(pieces.join(''), answer.text);
  });

  test('that breaks after its first piece is not tried again, with no key', async () => {
    const rig = await rigOf();
    await rig.cacheKey('u1', 'openai', 'sk-proj-mine-cut');
    const before = sandbox.seen.length;
    const answer = await rig.chat('u1', byUser, { stream: true }, () => undefined);
    assert.ok(answer.outcome === 'failed');
    assert.equal(answer.error, 'provider_failed');
    assert.equal(answer.receipt.credential, 'user');
    assert.equal(sandbox.seen.length - before, 1);
    assert.deepEqual([rig.told.metered, rig.told.serverCalls], [[], []]);
  });

  test('that breaks before its first piece is', async () => {
    const { url, received } = await upstream((_req, res) => {
      res.writeHead(200, { 'content-type': 'text/event-stream' }).write(': waiting\n\n', () => res.destroy());
    });
    const rig = await rigOf({ reroute: () => url });
    await rig.cacheKey('u1', 'openai', 'sk-proj-mine-valid');
    const answer = await rig.chat('u1', userOnly, { stream: true });
    assert.equal(answer.outcome, 'refused');
    assert.equal(received.length, 2);
  });
});

test('E11: many jobs of one user at once share the cached key, and none takes it from another', async () => {
  const rig = await rigOf();
  await rig.cacheKey('u1', 'openai', 'sk-proj-mine-valid');
  const answers = await Promise.all(Array.from({ length: 25 }, () => rig.chat('u1', userOnly)));
  assert.ok(answers.every(({ outcome, receipt }) => outcome === 'served' && receipt.credential === 'user'));
  assert.equal(new Set(answers.map(({ receipt }) => receipt.sealId)).size, 1);
  assert.deepEqual(await rig.cache.peek('u1'), ['openai']);
});

test('a key from the cache is filled with 0 once its call is over, however it ends', async () => {
  for (const ending of ['valid', 'invalid', 'unreachable', 'unknown']) {
    const rig = await rigOf();
    await rig.cacheKey('u1', 'openai', `sk-proj-mine-${ending}`);
    await rig.chat('u1', byUser);
    assert.ok(rig.lent.length > 0);
    assert.ok(
      rig.lent.every((key) => key.every((byte) => byte === 0)),
      ending,
    );
  }
});

test("the platform's own key goes to its provider's own host alone", async () => {
  const hosts: string[] = [];
  const rig = await rigOf({
    serverKeys: { openai: 'sk-platform-valid', cohere: 'platform-valid', gemini: 'platform-valid' },
    reroute(url) {
      hosts.push(new URL(url).host);
      return sandbox.reroute(url);
    },
  });
  for (const provider of ['openai', 'cohere', 'gemini']) await rig.chat('u1', byServer, { provider });
  assert.deepEqual(hosts, ['api.openai.com', 'api.cohere.ai', 'generativelanguage.googleapis.com']);
});
