/** What the procedures tell and count, without a wire: limits that admit all, and providers that are a server of the test. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { ByokCache } from './cache/cache.ts';
import { makeMemoryStore } from './cache/memory-store.ts';
import { makeLimiter } from './limiter.ts';
import { makePlatform } from './platform.ts';
import { receiptsInMemory } from './receipts/receipts-map.ts';
import type { Platform } from './router.ts';
import { noTelemetry } from './telemetry/telemetry.ts';
import { testCore } from './testing/platform.ts';
import { sealForPlatform } from './testing/seal.ts';
import { startUpstream, type Upstream } from './testing/upstream.ts';

const settings = { testsPerMinute: 100, keysPerDay: 100, invalidPerHour: 5 };
let next = { status: 200, body: '{"object":"list","data":[]}' };
let upstream: Upstream;
before(async () => {
  upstream = await startUpstream((_req, res) => res.writeHead(next.status).end(next.body));
});
after(() => upstream.close());

interface Bench {
  readonly platform: Platform;
  readonly told: string[];
  readonly seal: (user: string, key: string, purpose: 'test' | 'job') => Promise<Uint8Array>;
}

async function bench(): Promise<Bench> {
  const core = await testCore();
  const told: string[] = [];
  const telemetry = {
    ...noTelemetry,
    providerError: (...facts: string[]) => told.push(['error', ...facts].join(' ')),
  };
  const platform = makePlatform({
    core,
    cache: new ByokCache({ core, store: makeMemoryStore() }),
    limiter: makeLimiter({ core, settings, redis: null }),
    receipts: receiptsInMemory(),
    telemetry,
    reroute: () => upstream.url,
  });
  return {
    platform,
    told,
    seal: (user, key, purpose) =>
      sealForPlatform({ platform: core.publicKey().key, user, provider: 'openai', key, purpose }),
  };
}

test('keys of made-up users that are cached for jobs count for their address, as those do that are tested', async () => {
  const { platform, seal } = await bench();
  const cache = async (user: string, key: string, address: string): Promise<unknown> =>
    await platform
      .cacheKeys({ user, address, sealed: new Map([['openai', await seal(user, key, 'job')]]) })
      .catch((error: unknown) => (error as Error).message);
  for (let i = 0; i < settings.invalidPerHour; i += 1)
    assert.deepEqual(await cache(`made-up-${String(i)}`, 'sk-stolen', '192.0.2.1'), {
      cached: ['openai'],
      ttl: 60,
    });
  assert.equal(await cache('one more', 'sk-stolen', '192.0.2.1'), 'rate_limited');
  assert.notEqual(await cache('made-up-0', 'sk-stolen', '192.0.2.1'), 'rate_limited');
  assert.notEqual(await cache('one more', 'sk-stolen', '192.0.2.2'), 'rate_limited');
});

test('a provider that fails in tests of keys is counted as one that fails in jobs is', async () => {
  const { platform, told, seal } = await bench();
  const ask = async (): Promise<unknown> =>
    await platform.testKey({
      user: 'ada',
      address: '192.0.2.1',
      provider: 'openai',
      sealed: await seal('ada', 'sk-1', 'test'),
    });
  next = { status: 200, body: '{"object":"list","data":[]}' };
  assert.equal(await ask(), 'valid');
  assert.deepEqual(told, []);
  next = { status: 503, body: '{}' };
  assert.equal(await ask(), 'provider_down');
  assert.deepEqual(told, ['error openai provider_down']);
});
