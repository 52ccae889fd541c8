/** All that the platform wrote, said or sent, byte for byte. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { inTest } from '../deploy/redis/testing.ts';
import type { Sunk } from '../e2e/support/leak.ts';
import type { TestRedis } from '../server/testing/redis.ts';
import type { Part, RedisPart, Stack } from './stack.ts';

export const sinkNames = [
  'nginx access log',
  'nginx error log',
  'API output',
  'worker output',
  'replies',
  'states of jobs',
  'metrics',
  'process.report',
  'key cache dump',
  'key cache MONITOR',
  'key cache SLOWLOG',
  'queue dump',
  'queue AOF',
  'queue MONITOR',
  'queue SLOWLOG',
  'jobs',
  'network nginx to API',
  'network to the key cache',
  'network to the queue',
] as const;

export type SinkName = (typeof sinkNames)[number];

export interface NamedSink extends Sunk {
  readonly sink: SinkName;
}

/** @throws where a sink is empty: one that holds nothing shows nothing. */
export async function collectSinks(stack: Stack): Promise<NamedSink[]> {
  const { nginx, apis, workers, keys, jobs } = stack;
  const held: Record<SinkName, string | Buffer> = {
    'nginx access log': nginx.accessLog(),
    // Nothing at all is what it should hold.
    'nginx error log': `.${nginx.errorLog()}`,
    'API output': outputOf(apis),
    'worker output': outputOf(workers),
    replies: stack.replies.join('\n'),
    'states of jobs': stack.states.join('\n'),
    metrics: (await Promise.all([...apis, ...workers].map(metricsOf))).join('\n'),
    'process.report': await reportsOf(stack),
    'key cache dump': await dumpOf(keys.redis),
    'key cache MONITOR': keys.monitor.heard(),
    'key cache SLOWLOG': await slowlogOf(keys.redis),
    'queue dump': await dumpOf(jobs.redis),
    'queue AOF': filesIn(join(jobs.redis.folder, 'appendonlydir')),
    'queue MONITOR': jobs.monitor.heard(),
    'queue SLOWLOG': await slowlogOf(jobs.redis),
    jobs: await jobsOf(jobs),
    'network nginx to API': Buffer.concat(stack.apiTaps.map((tap) => tap.passed())),
    'network to the key cache': keys.tap.passed(),
    'network to the queue': jobs.tap.passed(),
  };
  return sinkNames.map((sink) => {
    const bytes = Buffer.from(held[sink]);
    if (bytes.length === 0) throw new Error(`nothing to be seen of ${sink}`);
    return { sink, bytes };
  });
}

function outputOf(parts: readonly Part[]): string {
  return parts.flatMap(({ runs }) => runs.map((run) => run.output())).join('\n');
}

async function metricsOf({ adminPort }: Part): Promise<string> {
  return await (await fetch(`http://127.0.0.1:${String(adminPort)}/metrics`)).text();
}

/** What a process says of itself where it crashes: its environment among it. */
async function reportsOf({ reports, apis, workers }: Stack): Promise<string> {
  const running = [...apis, ...workers].flatMap(({ runs }) => runs.at(-1) ?? []);
  for (const program of running) program.signal('SIGUSR2');
  for (let tries = 0; tries < 200; tries += 1) {
    const written = readdirSync(reports).map((name) => readFileSync(join(reports, name), 'utf8'));
    if (written.length >= running.length && written.every((text) => text.trimEnd().endsWith('}')))
      return written.join('\n');
    await sleep(50);
  }
  throw new Error('a process did not report');
}

async function dumpOf(redis: TestRedis): Promise<Buffer> {
  const answer = await redis.ask(['SAVE'], inTest);
  if (answer !== 'OK') throw new Error(`SAVE: ${String(answer)}`);
  return readFileSync(join(redis.folder, 'dump.rdb'));
}

async function slowlogOf(redis: TestRedis): Promise<string> {
  return JSON.stringify(await redis.ask(['SLOWLOG', 'GET', '100000'], inTest));
}

function filesIn(folder: string): Buffer {
  return Buffer.concat(readdirSync(folder).map((name) => readFileSync(join(folder, name))));
}

async function jobsOf({ redis }: RedisPart): Promise<string> {
  const names = (await redis.ask(['KEYS', '*'], inTest)) as string[];
  const readers: Record<string, (name: string) => string[]> = {
    string: (name) => ['GET', name],
    hash: (name) => ['HGETALL', name],
    list: (name) => ['LRANGE', name, '0', '-1'],
    zset: (name) => ['ZRANGE', name, '0', '-1'],
    set: (name) => ['SMEMBERS', name],
    stream: (name) => ['XRANGE', name, '-', '+'],
  };
  const values = await Promise.all(
    names.map(async (name) => {
      const type = String(await redis.ask(['TYPE', name], inTest));
      const reader = readers[type];
      if (reader === undefined) throw new Error(`a ${type} in the queue`);
      return JSON.stringify([name, await redis.ask(reader(name), inTest)]);
    }),
  );
  return values.join('\n');
}
