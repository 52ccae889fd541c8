import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { after, before, describe, test } from 'node:test';
import { defaultLimits } from './limits.ts';
import {
  divert,
  fixtures,
  hexSecret,
  refusal,
  startPlatform,
  type TestPlatform,
  type TestVisitor,
} from './testing/platform.ts';
import { startUpstream, type Upstream } from './testing/upstream.ts';

const canary = 'sk-proj-Wd5hNq2vBz8kTx4cLm7rYj3gPf6sQa9e';
const plenty = { testsPerMinute: 10_000, keysPerDay: 10_000, invalidPerHour: 10_000 };

/** What the provider answers next. */
let next = { status: 200, headers: {}, body: '{"object":"list","data":[]}' };
let upstream: Upstream;
let platform: TestPlatform;
let someone: TestVisitor;

before(async () => {
  upstream = await startUpstream((_req, res) => res.writeHead(next.status, next.headers).end(next.body));
  platform = await startPlatform({ sandbox: divert(upstream.url), limits: plenty });
  someone = await platform.visitor();
});
after(async () => {
  await platform.close();
  await upstream.close();
});

describe('the procedures, called by the stock client', () => {
  test('platformKey gives what keys are sealed to', async () => {
    const { key, id } = await someone.client.platformKey.query();
    assert.equal(Buffer.from(key, 'base64url').length, 32);
    assert.deepEqual(Buffer.from(key, 'base64url'), Buffer.from(platform.core.publicKey().key));
    assert.match(id, /^[0-9a-f]{16}$/);
  });

  test('whoami names the user and the time', async () => {
    const { id, name, now } = await someone.client.whoami.query();
    assert.match(id, /^demo-[0-9a-f]{16}$/);
    assert.equal(name, `Demo user ${id.slice(5, 9)}`);
    assert.ok(Math.abs(now - Date.now()) < 5_000);
    assert.equal((await someone.client.whoami.query()).id, id);
  });

  test('the user of one origin is the user of the other', async () => {
    const reply = await fetch(`${platform.app}/byok/whoami`, { headers: { cookie: someone.cookie } });
    const body = (await reply.json()) as { result: { data: { id: string } } };
    assert.equal(body.result.data.id, someone.id);
  });

  test('a cookie that someone changed is worth nothing', async () => {
    const forged = someone.cookie.replace(
      /=([0-9a-f])/,
      (_all, digit: string) => `=${digit === '0' ? '1' : '0'}`,
    );
    const reply = await fetch(`${platform.vault}/byok/whoami`, { headers: { cookie: forged } });
    const body = (await reply.json()) as { result: { data: { id: string } } };
    assert.notEqual(body.result.data.id, someone.id);
    assert.ok(!forged.includes(body.result.data.id.slice(5)));
    assert.equal(reply.headers.getSetCookie().length, 1);
  });

  test('testByokKey opens the sealed key, asks the provider, and tells the verdict', async () => {
    const sealed = await someone.seal({ provider: 'openai', key: canary });
    assert.deepEqual(await someone.test('openai', sealed), {
      valid: true,
      verdict: 'valid',
      provider: 'openai',
    });
    assert.equal(upstream.received.at(-1)?.headers.authorization, `Bearer ${canary}`);
  });
});

describe('E31: every recorded answer gives the verdict of the catalogue, through the whole procedure', () => {
  const files = readdirSync(fixtures, { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.json'),
  );
  assert.ok(files.length > 0);
  for (const file of files) {
    test(file, async () => {
      const recorded = JSON.parse(readFileSync(new URL(file, fixtures), 'utf8')) as {
        provider: string;
        status: number;
        headers?: Record<string, string>;
        body: unknown;
        verdict: string;
      };
      const { provider, status, headers = {}, body } = recorded;
      next = { status, headers, body: typeof body === 'string' ? body : JSON.stringify(body) };
      const sealed = await someone.seal({ provider, key: 'no-shape-of-any-provider' });
      assert.equal((await someone.test(provider, sealed)).verdict, recorded.verdict);
    });
  }
});

describe('E32: a sealed key that is replayed opens nothing, and nothing is sent', () => {
  async function refused(code: string, provider: string, sealed: string, as = someone): Promise<void> {
    const calls = upstream.received.length;
    const lines = platform.logged.length;
    assert.equal(await refusal(as.test(provider, sealed)), code);
    assert.equal(upstream.received.length, calls);
    assert.equal(platform.logged.length, lines + 1);
    assert.ok(platform.logged.at(-1)?.includes(`"code":"${code}"`), 'counted in the log');
  }

  test('as another user', async () => {
    const sealed = await someone.seal({ provider: 'openai', key: canary });
    await refused('sealed_key_refused', 'openai', sealed, await platform.visitor());
  });
  test('for another provider', async () => {
    await refused('sealed_key_refused', 'anthropic', await someone.seal({ provider: 'openai', key: canary }));
  });
  test('for another purpose', async () => {
    await refused(
      'sealed_key_refused',
      'openai',
      await someone.seal({ provider: 'openai', key: canary, purpose: 'job' }),
    );
  });
  test('after its expiry', async () => {
    const issued = Date.now() - 61_000;
    await refused('expired', 'openai', await someone.seal({ provider: 'openai', key: canary, issued }));
  });
  test('after its secret was retired', async () => {
    const [old, young] = [hexSecret(), hexSecret()];
    const copy = (...secrets: Uint8Array[]): void => {
      platform.core.useSecrets(secrets.map((each) => Uint8Array.from(each)));
    };
    copy(old);
    const stranger = await platform.visitor();
    const sealed = await stranger.seal({
      provider: 'openai',
      key: canary,
      platform: platform.core.publicKey().key,
    });
    next = { status: 200, headers: {}, body: '{"object":"list","data":[]}' };
    copy(young, old);
    const later = await platform.visitor();
    const forLater = await later.seal({
      provider: 'openai',
      key: canary,
      platform: platform.core.publicKey().key,
    });
    assert.equal((await later.test('openai', forLater)).verdict, 'valid');
    copy(young);
    assert.equal(await refusal(stranger.test('openai', sealed)), 'sealed_key_refused');
    someone = await platform.visitor();
  });
  test('changed by a byte anywhere', async () => {
    const sealed = Buffer.from(await someone.seal({ provider: 'openai', key: canary }), 'base64url');
    for (const at of [0, 1, 8, 9, 40, 60, sealed.length - 1]) {
      const changed = Buffer.from(sealed);
      changed[at] = (changed[at] ?? 0) ^ 1;
      await refused('sealed_key_refused', 'openai', changed.toString('base64url'));
    }
  });
});

describe("E39: the time is the server's", () => {
  for (const hours of [-24, -1, 1, 24]) {
    test(`a sealed key of a clock ${String(hours)} h off is refused as expired or clock`, async () => {
      const issued = Date.now() + hours * 3_600_000;
      const sealed = await someone.seal({ provider: 'openai', key: canary, issued });
      assert.equal(await refusal(someone.test('openai', sealed)), hours < 0 ? 'expired' : 'clock');
    });
  }

  test('a life beyond 120 s is refused as clock', async () => {
    const sealed = await someone.seal({ provider: 'openai', key: canary, life: 121_000 });
    assert.equal(await refusal(someone.test('openai', sealed)), 'clock');
  });

  test('a client a day off seals well with the time of whoami', async () => {
    const dayAhead = Date.now() + 86_400_000;
    const shifted = await startPlatform({ sandbox: divert(upstream.url), now: () => dayAhead });
    try {
      next = { status: 200, headers: {}, body: '{"object":"list","data":[]}' };
      const visitor = await shifted.visitor();
      const { now } = await visitor.client.whoami.query();
      assert.equal(now, dayAhead);
      const sealed = await visitor.seal({ provider: 'openai', key: canary, issued: now });
      assert.equal((await visitor.test('openai', sealed)).verdict, 'valid');
      const local = await visitor.seal({ provider: 'openai', key: canary });
      assert.equal(await refusal(visitor.test('openai', local)), 'expired');
    } finally {
      await shifted.close();
    }
  });
});

describe('limits', () => {
  test('the eleventh test of a minute is refused as rate_limited, and is not sent', async () => {
    const limited = await startPlatform({ sandbox: divert(upstream.url) });
    try {
      const visitor = await limited.visitor();
      const sealed = await visitor.seal({ provider: 'openai', key: canary });
      const { testsPerMinute } = defaultLimits;
      for (let i = 0; i < testsPerMinute; i += 1) await visitor.test('openai', sealed);
      const calls = upstream.received.length;
      assert.equal(await refusal(visitor.test('openai', sealed)), 'rate_limited');
      assert.equal(upstream.received.length, calls);
      const another = await limited.visitor();
      await another.test('openai', await another.seal({ provider: 'openai', key: canary }));
    } finally {
      await limited.close();
    }
  });

  test('invalid keys tried at the same time are counted before their verdicts are in, and only they stay counted', async () => {
    const limited = await startPlatform({
      sandbox: divert(upstream.url),
      limits: { ...plenty, invalidPerHour: 5 },
    });
    const together = async (count: number): Promise<string[]> =>
      await Promise.all(
        Array.from({ length: count }, async () => {
          const visitor = await limited.visitor();
          return await refusal(
            visitor.test('openai', await visitor.seal({ provider: 'openai', key: canary })),
          );
        }),
      );
    const limitedIn = (outcomes: string[]): number =>
      outcomes.filter((each) => each === 'rate_limited').length;
    try {
      next = { status: 200, headers: {}, body: '{"object":"list","data":[]}' };
      for (let i = 0; i < 4; i += 1) assert.equal(limitedIn(await together(4)), 0);
      const before = upstream.received.length;
      next = { status: 401, headers: {}, body: '{"error":{"code":"invalid_api_key"}}' };
      assert.equal(limitedIn(await together(20)), 15);
      assert.equal(upstream.received.length - before, 5);
      assert.equal(limitedIn(await together(1)), 1);
    } finally {
      await limited.close();
    }
  });

  test('a user with too many different keys is refused, and keeps the ones there were', async () => {
    const limited = await startPlatform({
      sandbox: divert(upstream.url),
      limits: { ...plenty, keysPerDay: 2 },
    });
    try {
      const visitor = await limited.visitor();
      const tryKey = async (key: string): Promise<unknown> =>
        await visitor.test('openai', await visitor.seal({ provider: 'openai', key }));
      await tryKey(`${canary}1`);
      await tryKey(`${canary}2`);
      assert.equal(await refusal(tryKey(`${canary}3`)), 'rate_limited');
      await tryKey(`${canary}1`);
    } finally {
      await limited.close();
    }
  });
});
