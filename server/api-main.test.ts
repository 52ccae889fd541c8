import assert from 'node:assert/strict';
import { createTRPCClient, httpLink } from '@trpc/client';
import { after, afterEach, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { Registry } from 'prom-client';
import { startAdmin } from './admin.ts';
import { ByokCache } from './cache/cache.ts';
import { makeRedisStore } from './cache/redis-store.ts';
import { Redis } from './redis/connection.ts';
import type { AppRouter } from './router.ts';
import { hexSecret, testCore } from './testing/platform.ts';
import { runProgram, type Program } from './testing/program.ts';
import { freePort } from './testing/ports.ts';
import { startRedis, type TestRedis } from './testing/redis.ts';
import { sealForPlatform } from './testing/seal.ts';

const file = fileURLToPath(new URL('./api-main.ts', import.meta.url));
const workerFile = fileURLToPath(new URL('./worker-main.ts', import.meta.url));
const key = 'sk-proj-Tn5xWq8vBz3kLd7hRc2mPf9sYj4gEa6u';
const origin = 'https://app.example.com';

let server: TestRedis;
let queue: TestRedis;
let redis: Redis;
before(async () => {
  server = await startRedis(['--save', '', '--appendonly', 'no']);
  queue = await startRedis(['--save', '', '--appendonly', 'yes']);
  redis = new Redis({ url: server.url });
  assert.ok(await redis.ready(5_000));
});
const programs: Program[] = [];
afterEach(async () => {
  await Promise.all(programs.splice(0).map((program) => program.stop()));
});
after(async () => {
  redis.close();
  await Promise.all([server.close(), queue.close()]);
});

interface Api {
  readonly program: Program;
  readonly url: string;
  readonly admin: string;
}

async function startApi(
  secrets: Uint8Array[],
  env: Record<string, string> = {},
  args: string[] = [],
): Promise<Api> {
  const [port, admin] = [await freePort(), await freePort()];
  const program = runProgram(file, ['--port', String(port), '--admin-port', String(admin), ...args], {
    PLATFORM_TOKEN_SECRET: secrets.map((each) => Buffer.from(each).toString()).join(','),
    REDIS_URL: server.url,
    HEALTH_REDIS_URL: server.url,
    BYOK_ORIGINS: `${origin},https://vault.example.com`,
    ...env,
  });
  programs.push(program);
  assert.equal(await program.ready, `byok-vault API ready: http://localhost:${String(port)}/byok/\n`);
  return {
    program,
    url: `http://localhost:${String(port)}/byok`,
    admin: `http://127.0.0.1:${String(admin)}`,
  };
}

interface Visitor {
  readonly id: string;
  readonly cookie: string;
}

async function visit(api: Api): Promise<Visitor> {
  const reply = await fetch(`${api.url}/whoami`);
  const cookie = reply.headers.getSetCookie()[0]?.split(';', 1)[0] ?? '';
  const body = (await reply.json()) as { result: { data: { id: string } } };
  return { id: body.result.data.id, cookie };
}

function clientOf(api: Api, headers: Record<string, string>): ReturnType<typeof createTRPCClient<AppRouter>> {
  return createTRPCClient<AppRouter>({ links: [httpLink({ url: api.url, headers })] });
}

/** As a vault does it: the platform's key from this API, the sealed key to that one. */
async function cacheAt(from: Api, to: Api, { id, cookie }: Visitor, value = key): Promise<void> {
  const { key: platform } = await clientOf(from, { cookie }).platformKey.query();
  const sealed = await sealForPlatform({
    platform: Buffer.from(platform, 'base64url'),
    user: id,
    provider: 'openai',
    key: value,
    purpose: 'job',
  });
  const header = JSON.stringify({ openai: Buffer.from(sealed).toString('base64url') });
  const answer = await clientOf(to, { cookie, 'X-BYOK-Keys': header }).cacheByokKeys.mutate();
  assert.deepEqual(answer.cached, ['openai']);
}

async function readerOf(secrets: Uint8Array[]): Promise<(user: string) => Promise<string>> {
  const core = await testCore(secrets.map((each) => Uint8Array.from(each)));
  const cache = new ByokCache({ core, store: makeRedisStore(redis) });
  return async (user) => {
    const read = await cache.get(user, 'openai');
    return read.kind === 'hit' ? Buffer.from(read.key).toString() : read.kind;
  };
}

test('two processes share what is cached, what is cleared and what is limited', async () => {
  const secret = hexSecret();
  const [one, other] = [await startApi([secret]), await startApi([secret], { BYOK_TESTS_PER_MINUTE: '3' })];
  const read = await readerOf([secret]);
  const ada = await visit(one);
  await cacheAt(one, other, ada);
  assert.equal(await read(ada.id), key);
  await clientOf(one, { cookie: ada.cookie }).clearByokKeys.mutate();
  assert.equal(await read(ada.id), 'miss');
  await new Promise((resolve) => setTimeout(resolve, 5));
  await cacheAt(other, one, ada);
  await cacheAt(one, one, ada);
  await assert.rejects(cacheAt(one, other, ada), { message: 'rate_limited' });
  const metrics = await (await fetch(`${one.admin}/metrics`)).text();
  assert.match(metrics, /^byok_redis_cache_set_total\{provider="openai"\} 2$/m);
  assert.ok(!metrics.includes(ada.id));
  const health = await fetch(`${other.admin}/healthz`);
  assert.equal(health.status, 200);
  assert.deepEqual(await health.json(), {
    healthy: true,
    keys: 'answers',
    entries: 2,
    endless: 0,
    tooLong: 0,
  });
  assert.equal((await fetch(`${one.admin}/${ada.id}`)).status, 404);
  for (const { program } of [one, other]) assert.equal(await program.stop(), 0);
  assert.ok(!`${one.program.output()}${other.program.output()}${metrics}`.includes(key.slice(10, 20)));
});

test("the demo app's job is taken by one process, run by a worker, and told of by another", async () => {
  const secret = hexSecret();
  const env = { QUEUE_REDIS_URL: queue.url };
  const apis = await Promise.all([startApi([secret], env), startApi([secret], env)]);
  const worker = runProgram(workerFile, ['--sandbox', '--admin-port', String(await freePort())], {
    ...env,
    PLATFORM_TOKEN_SECRET: Buffer.from(secret).toString(),
    REDIS_URL: server.url,
  });
  programs.push(worker);
  await worker.ready;
  const [one, other] = apis;
  const ada = await visit(one);
  await cacheAt(one, other, ada, `${key}-valid`);
  const jobs = (api: Api, path: string, init: RequestInit = {}): Promise<Response> =>
    fetch(new URL(`/demo/jobs${path}`, api.url), {
      ...init,
      headers: { cookie: ada.cookie, 'content-type': 'application/json' },
    });
  const body = JSON.stringify({ provider: 'openai', text: 'Hello' });
  const submitted = await jobs(one, '', { method: 'POST', body });
  assert.equal(submitted.status, 200);
  const { id } = (await submitted.json()) as { id: string };
  const deadline = performance.now() + 15_000;
  for (;;) {
    const job = (await (await jobs(other, `/${id}`)).json()) as Record<string, unknown>;
    if (job['state'] === 'done') {
      assert.equal((job['receipt'] as Record<string, unknown>)['credential'], 'user');
      break;
    }
    assert.equal(job['state'], 'waiting');
    assert.ok(performance.now() < deadline, 'the job has not ended');
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  const { receipts } = await clientOf(other, { cookie: ada.cookie }).receipts.query();
  assert.deepEqual([receipts[0]?.provider, receipts[0]?.credential], ['openai', 'user']);
});

test('E15: whatever a process needs and does not reach, its health says', async () => {
  const [keys, jobs] = await Promise.all([startRedis(['--save', '']), startRedis(['--save', ''])]);
  const secret = hexSecret();
  const env = { REDIS_URL: keys.url, QUEUE_REDIS_URL: jobs.url, HEALTH_REDIS_URL: '' };
  const api = await startApi([secret], env);
  const workerAdmin = await freePort();
  const worker = runProgram(workerFile, ['--admin-port', String(workerAdmin)], {
    ...env,
    PLATFORM_TOKEN_SECRET: Buffer.from(secret).toString(),
  });
  programs.push(worker);
  await worker.ready;
  const admins = [api.admin, `http://127.0.0.1:${String(workerAdmin)}`];
  const says = async (status: number, health: object): Promise<void> => {
    for (const admin of admins) {
      const reply = await fetch(`${admin}/healthz`);
      assert.deepEqual([reply.status, await reply.json()], [status, health], admin);
    }
  };
  try {
    await says(200, { healthy: true, keys: 'answers', queue: 'answers' });
    await keys.kill();
    await says(503, { healthy: false, keys: 'unavailable', queue: 'answers' });
    await jobs.kill();
    await says(503, { healthy: false, keys: 'unavailable', queue: 'unavailable' });
    worker.signal('SIGKILL');
  } finally {
    await Promise.all([keys.close(), jobs.close()]);
  }
});

test('a process whose host has it look at nothing does not say that all is well', async () => {
  const admin = await startAdmin({ port: 0, registry: new Registry(), health: null });
  try {
    const reply = await fetch(`http://127.0.0.1:${String(admin.port)}/healthz`);
    assert.deepEqual(await reply.json(), { checked: false });
  } finally {
    await admin.close();
  }
});

test('without a queue the API takes no job', async () => {
  const api = await startApi([hexSecret()]);
  const headers = { 'content-type': 'application/json' };
  const reply = await fetch(new URL('/demo/jobs', api.url), { method: 'POST', headers, body: '{}' });
  assert.equal(reply.status, 405);
});

test('the secret is rolled over: two APIs and two readers at different stages serve each other throughout', async () => {
  const [old, young] = [hexSecret(), hexSecret()];
  // Listed behind the old one everywhere first; then in front; the old one goes last of all.
  const stages = [[old], [old, young], [young, old], [young]];
  for (const step of [stages.slice(0, 2), stages.slice(1, 3), stages.slice(2, 4)]) {
    const apis = await Promise.all(step.map((secrets) => startApi(secrets)));
    const readers = await Promise.all(step.map(readerOf));
    for (const from of apis) {
      for (const to of apis) {
        const someone = await visit(to);
        await cacheAt(from, to, someone);
        for (const read of readers) assert.equal(await read(someone.id), key);
        await clientOf(to, { cookie: someone.cookie }).clearByokKeys.mutate();
        for (const read of readers) assert.equal(await read(someone.id), 'miss');
      }
    }
    await Promise.all(programs.splice(0).map((program) => program.stop()));
  }
});

test('E15: Redis is killed and comes back: unavailable, then served again, and the process lives on', async () => {
  const secret = hexSecret();
  const api = await startApi([secret]);
  const ada = await visit(api);
  await cacheAt(api, api, ada);
  await server.kill();
  await assert.rejects(cacheAt(api, api, ada), { message: 'cache_unavailable' });
  assert.equal((await fetch(`${api.admin}/healthz`)).status, 503);
  assert.equal((await visit(api)).id.startsWith('demo-'), true);
  await server.start();
  const deadline = performance.now() + 15_000;
  const served = async (): Promise<boolean> =>
    await cacheAt(api, api, ada).then(
      () => true,
      () => false,
    );
  while (!(await served())) {
    assert.ok(performance.now() < deadline, 'not served again');
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
  assert.equal(await api.program.stop(), 0);
  assert.match(api.program.output(), /"event":"redis_away"[^]*"event":"redis_there"/);
});

test('told to end, it answers the key test that is under way, takes no other call, and then ends', async () => {
  const api = await startApi([hexSecret()], {}, ['--sandbox']);
  const { id, cookie } = await visit(api);
  const { key: platform } = await clientOf(api, { cookie }).platformKey.query();
  const sealed = await sealForPlatform({
    platform: Buffer.from(platform, 'base64url'),
    user: id,
    provider: 'openai',
    key: `${key}-slow`,
    purpose: 'test',
  });
  const test = clientOf(api, { cookie, 'X-BYOK-Key': Buffer.from(sealed).toString('base64url') })
    .testByokKey.mutate({ provider: 'openai' })
    .catch((error: unknown) => String(error));
  await new Promise((resolve) => setTimeout(resolve, 1_000));
  const ending = api.program.stop();
  await new Promise((resolve) => setTimeout(resolve, 500));
  await assert.rejects(fetch(`${api.url}/whoami`));
  assert.deepEqual(await test, { valid: false, verdict: 'unreachable', provider: 'openai' });
  assert.equal(await ending, 0);
});

test('every answer of the API has its headers, is kept by no one, and none echoes the request', async () => {
  const api = await startApi([hexSecret()]);
  const marker = 'Zk4echoTpW';
  const post = { method: 'POST', headers: { 'content-type': 'application/json', 'x-byok-keys': marker } };
  const replies: [number, Response][] = [
    [200, await fetch(`${api.url}/whoami`)],
    [400, await fetch(`${api.url}/cacheByokKeys`, post)],
    [400, await fetch(`${api.url}/recordByokEvents`, { ...post, body: `[{"event":"${marker}"}]` })],
    [403, await fetch(`${api.url}/clearByokKeys`, { ...post, headers: { origin: 'https://evil.example' } })],
    [404, await fetch(`${api.url}/${marker}`)],
    [404, await fetch(`${api.url}/receipts,whoami?batch=1`)],
    [404, await fetch(new URL(`/${marker}`, api.url))],
    [405, await fetch(`${api.url}/receipts`, post)],
    [415, await fetch(`${api.url}/cacheByokKeys`, { method: 'POST', body: marker })],
  ];
  for (const [status, reply] of replies) {
    assert.equal(reply.status, status, reply.url);
    assert.equal(reply.headers.get('cache-control'), 'no-store', reply.url);
    assert.equal(reply.headers.get('x-content-type-options'), 'nosniff');
    assert.match(reply.headers.get('content-security-policy') ?? '', /default-src 'none'/);
    assert.ok(!(await reply.text()).includes(marker));
  }
});

describe('what is missing or wrong is named, nothing starts, and no value is shown', () => {
  const secret = Buffer.from(hexSecret()).toString();
  const good = { PLATFORM_TOKEN_SECRET: secret, REDIS_URL: 'redis://127.0.0.1:1', BYOK_ORIGINS: origin };
  const cases: [string, Record<string, string>, RegExp][] = [
    ['E16: no secret', { ...good, PLATFORM_TOKEN_SECRET: '' }, /PLATFORM_TOKEN_SECRET is not set/],
    ['no Redis', { ...good, REDIS_URL: '' }, /REDIS_URL is not set/],
    ['an address that is none', { ...good, REDIS_URL: 'http://u:Sesame8x@h' }, /REDIS_URL takes redis:/],
    ['no origins', { ...good, BYOK_ORIGINS: '' }, /BYOK_ORIGINS is not set/],
    ['an origin that is none', { ...good, BYOK_ORIGINS: 'Sesame8x' }, /BYOK_ORIGINS takes origins/],
    [
      'a domain that adds to the cookie',
      { ...good, BYOK_COOKIE_DOMAIN: 'a.b; Sesame8x' },
      /BYOK_COOKIE_DOMAIN/,
    ],
  ];
  for (const [what, env, words] of cases) {
    test(what, async () => {
      const program = runProgram(file, [], env);
      assert.equal(await program.ended, 1);
      assert.match(program.output(), words);
      assert.ok(!program.output().includes('Sesame8x') && !program.output().includes(secret.slice(0, 8)));
    });
  }
});

test('behind a proxy the address is what the proxy says, and only there', async () => {
  const env = { BYOK_TESTS_PER_MINUTE: '1' };
  const secret = [hexSecret()];
  const behind = await startApi(secret, { ...env, BYOK_BEHIND_PROXY: '1' });
  const open = await startApi(secret, env);
  const calls = async (api: Api, addresses: string): Promise<number> => {
    let admitted = 0;
    for (let i = 0; i < 14; i += 1) {
      const { cookie } = await visit(api);
      const headers = { cookie, 'X-BYOK-Key': 'AAAA', 'X-Forwarded-For': addresses.replace('N', String(i)) };
      const ended = await clientOf(api, headers)
        .testByokKey.mutate({ provider: 'openai' })
        .catch((error: unknown) => (error as Error).message);
      if (ended === 'sealed_key_refused') admitted += 1;
    }
    return admitted;
  };
  assert.equal(await calls(behind, '198.51.100.9, 192.0.2.N'), 14);
  assert.equal(await calls(behind, '192.0.2.N, 203.0.113.5'), 10);
  assert.equal(await calls(open, '192.0.2.N'), 10);
});
