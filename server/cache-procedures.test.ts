import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { makeMetrics } from './telemetry/metrics.ts';
import { refusal, startPlatform, type TestPlatform, type TestVisitor } from './testing/platform.ts';

const canary = 'sk-proj-Kq7wVn3xTb9zLd5hRc2mPf8sYj4gEa6u';
const plenty = { testsPerMinute: 10_000, keysPerDay: 10_000, invalidPerHour: 10_000 };

let platform: TestPlatform;
let someone: TestVisitor;
before(async () => {
  platform = await startPlatform({ limits: plenty });
  someone = await platform.visitor();
});
after(async () => {
  await platform.close();
});

const seal = (provider: string, key = canary, visitor = someone): Promise<string> =>
  visitor.seal({ provider, key, purpose: 'job', life: 300_000 });

async function raw(procedure: string, headers: Record<string, string>, body = ''): Promise<[number, string]> {
  const reply = await fetch(`${platform.vault}/byok/${procedure}`, {
    method: 'POST',
    headers: { cookie: someone.cookie, 'content-type': 'application/json', ...headers },
    body,
  });
  return [reply.status, await reply.text()];
}

describe('the procedures around the cache, called by the stock client', () => {
  test('cacheByokKeys caches what it was given and says for how long', async () => {
    const sealed = { openai: await seal('openai'), gemini: await seal('gemini') };
    const { cached, ttl } = await someone.cache(sealed);
    assert.deepEqual(cached, ['openai', 'gemini']);
    assert.ok(ttl > 290 && ttl <= 300);
  });

  test('E33: clearByokKeys tells the moment, and what was sealed before it is refused', async () => {
    const sealed = { openai: await seal('openai') };
    await someone.cache(sealed);
    const { at } = await someone.client.clearByokKeys.mutate();
    assert.ok(Math.abs(at - Date.now()) < 5_000);
    assert.equal(await refusal(someone.cache(sealed)), 'key_cleared');
  });

  test('receipts and recordByokEvents', async () => {
    assert.deepEqual(await someone.client.receipts.query(), { receipts: [] });
    const recorded = await someone.client.recordByokEvents.mutate([
      { event: 'vault_locked', reason: 'idle' },
      { event: 'unlock_failed' },
      { event: 'key_stored', provider: 'openai' },
    ]);
    assert.deepEqual(recorded, { recorded: 3 });
  });
});

describe('X-BYOK-Keys: what is missing, unsealed or not of its form is a clear 400 that quotes nothing', () => {
  const cases: [what: string, header: () => Promise<string | undefined>, code: string][] = [
    ['missing', () => Promise.resolve(undefined), 'bad_argument'],
    ['not JSON', () => Promise.resolve(`{"openai": ${canary}`), 'bad_argument'],
    ['not an object', () => Promise.resolve(`["${canary}"]`), 'bad_argument'],
    ['empty', () => Promise.resolve('{}'), 'bad_argument'],
    ['a key in clear', () => Promise.resolve(`{"openai":"${canary}"}`), 'sealed_key_refused'],
    ['not base64url', () => Promise.resolve(`{"openai":"${canary}+/="}`), 'bad_argument'],
    [
      'an unknown provider',
      async () => `{"${canary.toLowerCase().slice(0, 30)}":"${await seal('openai')}"}`,
      'unknown_provider',
    ],
    ['a name that is none', async () => `{"../${canary}":"${await seal('openai')}"}`, 'bad_argument'],
    ['__proto__', async () => `{"__proto__":"${await seal('openai')}"}`, 'bad_argument'],
    [
      'nine providers',
      () =>
        Promise.resolve(
          JSON.stringify(Object.fromEntries(Array.from({ length: 9 }, (_, at) => [`p${String(at)}`, 'AA']))),
        ),
      'bad_argument',
    ],
    [
      '8 KB',
      () =>
        Promise.resolve(JSON.stringify({ a: 'A'.repeat(2700), b: 'A'.repeat(2700), c: 'A'.repeat(2700) })),
      'bad_argument',
    ],
    [
      'sealed for a test',
      async () => JSON.stringify({ openai: await someone.seal({ provider: 'openai', key: canary }) }),
      'sealed_key_refused',
    ],
    [
      "another user's",
      async () => JSON.stringify({ openai: await seal('openai', canary, await platform.visitor()) }),
      'sealed_key_refused',
    ],
  ];
  for (const [what, header, code] of cases) {
    test(what, async () => {
      const value = await header();
      const [status, body] = await raw('cacheByokKeys', value === undefined ? {} : { 'x-byok-keys': value });
      assert.equal(status, 400, body);
      assert.equal((JSON.parse(body) as { error: { message: string } }).error.message, code);
      const echoed = `${body}${platform.logged.join('')}`;
      for (const part of [canary.slice(-24), canary.toLowerCase().slice(8, 30)])
        assert.ok(!echoed.includes(part));
    });
  }

  test('eight keys of the usual length fit', async () => {
    const ids = platform.core
      .providers()
      .map(({ id }) => id)
      .slice(0, 8);
    const sealed = Object.fromEntries(
      await Promise.all(ids.map(async (id) => [id, await seal(id, `key-of-${id}`)] as const)),
    );
    assert.ok(JSON.stringify(sealed).length <= 7 * 1024);
    assert.deepEqual((await someone.cache(sealed)).cached, ids);
  });
});

test('what vaults report is a closed list, bounded, and not quoted where it is not of it', async () => {
  const before = platform.logged.length;
  const bodies = [
    [],
    {},
    Array.from({ length: 21 }, () => ({ event: 'unlock_failed' })),
    [{ event: canary }],
    [{ event: 'vault_locked', reason: canary }],
    [{ event: 'key_stored', provider: canary }],
    [{ event: 'key_stored', provider: '../openai' }],
    [{ event: 'key_stored', provider: 'openai', key: canary }],
    [{ event: 'unlock_failed', [canary]: 1 }],
  ];
  for (const body of bodies) {
    const [status, text] = await raw('recordByokEvents', {}, JSON.stringify(body));
    assert.equal(status, 400);
    assert.ok(!text.includes(canary.slice(10, 30)));
  }
  assert.ok(!platform.logged.slice(before).join('').includes(canary.slice(10, 30)));
});

test('reports are limited', async () => {
  const visitor = await platform.visitor();
  const report = (): Promise<string> =>
    refusal(visitor.client.recordByokEvents.mutate([{ event: 'vault_locked', reason: 'asked' }]));
  const outcomes = [];
  for (let i = 0; i < 21; i += 1) outcomes.push(await report());
  assert.equal(outcomes.indexOf('rate_limited'), 20);
});

test('tests and cachings are counted together: ten a minute, thirty keys a day', async () => {
  const limited = await startPlatform({ limits: { ...plenty, testsPerMinute: 3 } });
  try {
    const visitor = await limited.visitor();
    const sealed = { openai: await seal('openai', canary, visitor) };
    await visitor.cache(sealed);
    await refusal(visitor.test('openai', 'AAAA'));
    await visitor.cache(sealed);
    assert.equal(await refusal(visitor.cache(sealed)), 'rate_limited');
    assert.equal(await refusal(visitor.test('openai', sealed.openai)), 'rate_limited');
  } finally {
    await limited.close();
  }
  const few = await startPlatform({ limits: { ...plenty, keysPerDay: 2 } });
  try {
    const visitor = await few.visitor();
    const cacheKey = async (...keys: string[]): Promise<string> => {
      const ids = few.core.providers().map(({ id }) => id);
      const sealed = await Promise.all(
        keys.map(async (key, at) => [ids[at] ?? '', await seal(ids[at] ?? '', key, visitor)] as const),
      );
      return await refusal(visitor.cache(Object.fromEntries(sealed)));
    };
    assert.equal(await cacheKey('one', 'two'), 'not refused');
    assert.equal(await cacheKey('three'), 'rate_limited');
    assert.equal(await cacheKey('two', 'one'), 'not refused');
  } finally {
    await few.close();
  }
});

test('keys that are cached are not counted as turned down', async () => {
  const strict = await startPlatform({ limits: { ...plenty, invalidPerHour: 2 } });
  try {
    const visitor = await strict.visitor();
    const sealed = { openai: await seal('openai', canary, visitor) };
    for (let i = 0; i < 5; i += 1) assert.deepEqual((await visitor.cache(sealed)).cached, ['openai']);
  } finally {
    await strict.close();
  }
});

test('every counter that is listed stands at 0 from the start, and no label is anything but a word of a list', async () => {
  const text = await makeMetrics(['openai', 'gemini']).registry.metrics();
  const samples = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  for (const name of [
    'byok_key_stored_total',
    'byok_key_tested_total',
    'byok_key_test_failed_total',
    'byok_vault_locked_total',
    'byok_vault_unlock_failed_total',
    'byok_redis_cache_miss_total',
    'byok_redis_cache_hit_total',
    'byok_redis_cache_set_total',
    'byok_fallback_to_server_key_total',
    'byok_provider_api_error_total',
    'byok_requests_total',
    'byok_unlock_limit_exceeded_total',
  ])
    assert.ok(
      samples.some((line) => line.startsWith(name)),
      name,
    );
  for (const line of samples) {
    assert.match(line, /^byok_[a-z_]+_total(\{((provider|reason|status)="[a-z0-9_]+",?)+\})? 0$/);
  }
});
