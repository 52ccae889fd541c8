/**
 * What keys cost the platform: `cacheByokKeys` beside the same procedure with nothing behind it, the router beside a bare call of the same
 * provider, the scrub of a log line; and what a test of a key leaves on the API's heap.
 *
 *   npm run bench:server [-- --json] [-- --write]
 *
 * `--write` puts the tables into docs/performance.md. Linux, with redis-server. Fails where a budget is exceeded.
 */
import { randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { ByokCache } from '../server/cache/cache.ts';
import { makeRedisStore } from '../server/cache/redis-store.ts';
import { callOf } from '../server/jobs/call.ts';
import { makeLineFilter } from '../server/log.ts';
import { Redis } from '../server/redis/connection.ts';
import { LlmRouter } from '../server/router/llm-router.ts';
import { ServerKeys } from '../server/router/server-keys.ts';
import { noTelemetry } from '../server/telemetry/telemetry.ts';
import { testCore } from '../server/testing/platform.ts';
import { sealForPlatform } from '../server/testing/seal.ts';
import { startBareApi, startBenchApi, type BenchApi } from './server/api.ts';
import { cpuOf, measure } from './server/measure.ts';
import { budgets, report, writeReport, type Figures } from './server/report.ts';

const providers = ['openai', 'anthropic', 'gemini', 'mistral', 'groq', 'xai', 'deepseek', 'openrouter'];
const counts = [1, 3, 8] as const;

const { values: options } = parseArgs({
  options: { json: { type: 'boolean', default: false }, write: { type: 'boolean', default: false } },
});

function newKey(): string {
  return `sk-proj-${randomBytes(24).toString('hex')}-valid`;
}

async function sealedFor(api: BenchApi, count: number): Promise<Record<string, string>> {
  const sealed: Record<string, string> = {};
  for (const provider of providers.slice(0, count))
    sealed[provider] = await api.seal({ provider, key: newKey(), purpose: 'job', life: 300_000 });
  return sealed;
}

/** Milliseconds of processor for one call, alone: the median of rounds. */
async function alone(rounds: number, each: number, call: () => unknown): Promise<number> {
  const times: number[] = [];
  for (let round = -1; round < rounds; round += 1) {
    const before = cpuOf('self');
    for (let i = 0; i < each; i += 1) await call();
    if (round >= 0) times.push((cpuOf('self') - before) / each);
  }
  return times.toSorted((a, b) => a - b)[Math.floor(times.length / 2)] ?? NaN;
}

/** The router with a key from Redis beside a plain call, of a provider that answers at once. */
async function routing(user: string, redis: Redis): Promise<Figures['router']> {
  const answer = JSON.stringify({ choices: [{ message: { content: 'Hello' } }] });
  const provider = createServer((req, res) => {
    req.resume();
    res.writeHead(200, { 'content-type': 'application/json' }).end(answer);
  });
  await new Promise<void>((resolve) => provider.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${String((provider.address() as AddressInfo).port)}/v1/chat/completions`;
  const key = newKey();
  const sealed = await sealForPlatform({
    platform: core.publicKey().key,
    user,
    provider: 'openai',
    key,
    purpose: 'job',
    life: 300_000,
  });
  const cache = new ByokCache({ core, store: makeRedisStore(redis) });
  await cache.put(user, new Map([['openai', sealed]]));
  const router = new LlmRouter({
    core,
    cache,
    serverKeys: new ServerKeys(new Map()),
    telemetry: noTelemetry,
    metered: () => undefined,
    reroute: () => url,
  });
  const messages = [{ role: 'user', text: 'Hello' }] as const;
  const call = await callOf(core, { kind: 'chat', provider: 'openai', messages: [...messages] });
  const policy = { credential: 'user', fallback: 'never' } as const;
  try {
    return await measure({
      bare: {
        pid: 'self',
        call: async () => {
          const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' };
          const body = Buffer.from(call.body);
          const answer = await fetch(url, { method: 'POST', headers, body, redirect: 'error' });
          JSON.parse(await answer.text());
        },
      },
      routed: {
        pid: 'self',
        call: async () => {
          const { outcome } = await router.run({ user, policy, call });
          if (outcome !== 'served') throw new Error(outcome);
        },
      },
    });
  } finally {
    provider.closeAllConnections();
    provider.close();
  }
}

/** How often a key, and how many sixteen-character parts of it, stand on the heap of an API that tested it five seconds ago. */
async function leftOnHeap(api: BenchApi): Promise<Figures['heap']> {
  const random = randomBytes(24).toString('hex');
  const key = `sk-proj-${random}-valid`;
  const sealed = await api.seal({ provider: 'openai', key, purpose: 'test', life: 60_000 });
  await api.call('testByokKey', { 'x-byok-key': sealed }, { provider: 'openai' });
  await sleep(5_000);
  const snapshot = await api.heap();
  const whole = snapshot.split(key).length - 1;
  let parts = 0;
  for (let at = 0; at + 16 <= random.length; at += 1)
    if (snapshot.includes(random.slice(at, at + 16))) parts += 1;
  return { whole, parts, bytes: snapshot.length };
}

const secret = randomBytes(32).toString('hex');
const core = await testCore([Buffer.from(secret)]);
const api = await startBenchApi(secret);
const bare = await startBareApi();
const redis = new Redis({ url: api.redisUrl });
await redis.ready(5_000);
try {
  const headers = new Map<number, Record<string, string>>();
  for (const count of counts)
    headers.set(count, { 'x-byok-keys': JSON.stringify(await sealedFor(api, count)) });
  const calling = ({ pid, call }: Pick<BenchApi, 'pid' | 'call'>, count: number) => ({
    pid,
    call: () => call('cacheByokKeys', headers.get(count), {}),
  });
  const procedures = await measure({
    bareOne: calling(bare, 1),
    one: calling(api, 1),
    bareThree: calling(bare, 3),
    three: calling(api, 3),
    bareEight: calling(bare, 8),
    eight: calling(api, 8),
  });

  // The core by itself, and one round trip, in this process: the same engine on the same machine.
  const sealed = Buffer.from((await sealedFor(api, 1))['openai'] ?? '', 'base64url');
  const reseal = await alone(7, 300, () =>
    core.cacheSealed(sealed, { user: api.user, provider: 'openai', now: Date.now() }),
  );
  const value = randomBytes(400);
  const ends = { expiration: { type: 'EX', value: 300 } } as const;
  const trip = { pid: 'self', call: () => redis.run((client) => client.set('bench', value, ends)) } as const;
  const roundTrip = (await measure({ trip })).trip.latency.p50;

  const router = await routing(api.user, redis);
  const filter = makeLineFilter((text) => core.redact(text));
  const line = `${JSON.stringify({ level: 'info', time: new Date().toISOString(), event: 'byok_key_cached', user: api.user, provider: 'openai', ttl: 300 })}\n`;
  const scrub = await alone(7, 500, () => filter(line));
  const heap = await leftOnHeap(api);
  const figures: Figures = { procedures, reseal, roundTrip, router, scrub, heap };
  if (options.json) console.log(JSON.stringify(figures));
  else console.log(report(figures));
  if (options.write) writeReport(figures);
  const exceeded = budgets(figures).filter(({ kept }) => !kept);
  for (const { name } of exceeded) console.error(`exceeded: ${name}`);
  process.exitCode = exceeded.length === 0 ? 0 : 1;
} finally {
  redis.close();
  await Promise.all([api.close(), bare.close()]);
}
