/**
 * The platform as it is deployed: nginx, two processes of the API, two workers, a Redis for keys and one for the queue, all with the
 * files of deploy/, and taps in the lines between them. Only the providers are stand-ins, and the host is careless (host.ts).
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startNginx, type TestNginx } from '../deploy/nginx/testing.ts';
import { fillConf, type FilledConf } from '../deploy/redis/testing.ts';
import { BullQueue } from '../server/jobs/bull-queue.ts';
import { testCore } from '../server/testing/platform.ts';
import { runProgram, type Program } from '../server/testing/program.ts';
import { freePort } from '../server/testing/ports.ts';
import { startRedis, type TestRedis } from '../server/testing/redis.ts';
import type { PlatformCore } from '../web/core/platform.ts';
import { Canaries } from './canaries.ts';
import { applyEdits, type Edit } from './edits.ts';
import { startMonitor, type Monitor } from './monitor.ts';
import { startProviders, type Providers } from './providers.ts';
import { startTap, type Tap } from './tap.ts';

const fileOf = (name: string): string => fileURLToPath(new URL(name, import.meta.url));

export const hosts = { app: 'app.example.com', vault: 'vault.example.com' } as const;

/** Everything that is written down is kept as far as it can be: what leaks into a harmless setting would leak into these. */
const watchedRedis = [
  ...['--rdbcompression', 'no'],
  ...['--slowlog-log-slower-than', '0', '--slowlog-max-len', '100000'],
];

/** Of whom the platform has a key of its own. */
export const servedByPlatform = ['openai', 'anthropic', 'gemini'] as const;

/** One of the platform's programs, which can be started anew with other secrets. */
export interface Part {
  readonly adminPort: number;
  readonly runs: readonly Program[];
  start(): Promise<void>;
  stop(signal: 'SIGTERM' | 'SIGKILL'): Promise<void>;
}

export interface RedisPart {
  readonly redis: TestRedis;
  readonly tap: Tap;
  readonly monitor: Monitor;
}

export interface Stack {
  readonly core: PlatformCore;
  readonly canaries: Canaries;
  readonly serverKeys: ReadonlyMap<string, string>;
  readonly providers: Providers;
  readonly nginx: TestNginx;
  readonly apiTaps: readonly Tap[];
  readonly apis: readonly Part[];
  readonly workers: readonly Part[];
  readonly keys: RedisPart;
  readonly jobs: RedisPart;
  /** As a platform's own procedure submits to it. */
  readonly queue: BullQueue;
  /** Where crash reports go. */
  readonly reports: string;
  /** The first seals, all open; taken up by whatever starts from now on. */
  secrets: string[];
  /** The key is sent unsealed. */
  readonly unsealed: boolean;
  /** What was answered, in the order in which it came. */
  readonly replies: string[];
  readonly states: string[];
  close(): Promise<void>;
}

export interface StackOptions {
  readonly edits: readonly Edit[];
  readonly unsealed: boolean;
}

export async function startStack({ edits, unsealed }: StackOptions): Promise<Stack> {
  const closing: (() => unknown)[] = [];
  const close = async (): Promise<void> => {
    for (const each of closing.splice(0).reverse()) await each();
  };
  try {
    const canaries = new Canaries();
    const secrets = [canaries.secret()];
    const core = await testCore([Buffer.from(secrets[0] ?? '')]);
    const serverKeys = new Map(servedByPlatform.map((id) => [id, canaries.key(id, 'valid')]));
    const providers = await startProviders(core);
    closing.push(() => providers.close());
    const reports = mkdtempSync(join(tmpdir(), 'byok-reports-'));
    closing.push(() => {
      rmSync(reports, { recursive: true });
    });
    const conf = fillConf();
    closing.push(() => {
      conf.remove();
    });
    for (const [user, password] of Object.entries(conf.passwords)) canaries.password(user, password);
    const keys = await startRedisPart(conf, 'key-cache.conf', closing);
    const jobs = await startRedisPart(conf, 'queue.conf', closing);

    const parts: Parts = { stack: { secrets }, providers, reports, edits };
    const urls = {
      queue: conf.urlFor('queue', `redis://127.0.0.1:${String(jobs.tap.port)}`),
      keysFor: (user: 'api' | 'worker' | 'health') =>
        conf.urlFor(user, `redis://127.0.0.1:${String(keys.tap.port)}`),
    };
    // What the runbook starts all programs with, and keys of the platform's also where nobody needs them.
    const shared = {
      HEALTH_REDIS_URL: urls.keysFor('health'),
      QUEUE_REDIS_URL: urls.queue,
      ...Object.fromEntries([...serverKeys].map(([id, key]) => [`BYOK_SERVER_KEY_${id.toUpperCase()}`, key])),
    };
    const apis: Part[] = [];
    const workers: Part[] = [];
    const apiTaps: Tap[] = [];
    for (let i = 0; i < 2; i += 1) {
      const port = await freePort();
      const api = await startPart(parts, closing, '../server/api-main.ts', ['--port', String(port)], {
        ...shared,
        REDIS_URL: urls.keysFor('api'),
        BYOK_ORIGINS: `https://${hosts.app},https://${hosts.vault}`,
        BYOK_COOKIE_DOMAIN: 'example.com',
        BYOK_BEHIND_PROXY: '1',
        BYOK_TESTS_PER_MINUTE: '1000000',
        BYOK_KEYS_PER_DAY: '1000000',
        BYOK_INVALID_PER_HOUR: '1000000',
      });
      const tap = await startTap(port);
      closing.push(() => tap.close());
      apiTaps.push(tap);
      // nginx asks the other process where nobody listens, and so must the tap not either.
      apis.push({
        ...api,
        stop: async (signal) => {
          await Promise.all([api.stop(signal), tap.shut()]);
        },
        start: async () => {
          await api.start();
          await tap.open();
        },
      });
      workers.push(
        await startPart(parts, closing, '../server/worker-main.ts', [], {
          ...shared,
          REDIS_URL: urls.keysFor('worker'),
        }),
      );
    }
    const nginx = await startNginx({
      api: apiTaps.map(({ port }) => port),
      sites: fileOf('../dist'),
      change: (text, file) =>
        applyEdits(edits, `deploy/nginx/byok/${file}`, file === 'limits.conf' ? unlimited(text) : text),
    });
    closing.push(() => nginx.stop());
    const queue = new BullQueue({ core, url: urls.queue, failed: () => undefined });
    closing.push(() => queue.close());
    return Object.assign(parts.stack, {
      core,
      canaries,
      serverKeys,
      providers,
      nginx,
      apiTaps,
      apis,
      workers,
      keys,
      jobs,
      queue,
      reports,
      unsealed,
      replies: [],
      states: [],
      close,
    });
  } catch (error) {
    await close();
    throw error;
  }
}

/** What a visitor may ask for in a second is not the subject here. */
function unlimited(text: string): string {
  return text.replaceAll(/rate=\d+r/g, 'rate=10000r');
}

async function startRedisPart(
  conf: FilledConf,
  name: 'key-cache.conf' | 'queue.conf',
  closing: (() => unknown)[],
): Promise<RedisPart> {
  const redis = await startRedis([...conf.settings(name), ...watchedRedis]);
  closing.push(() => redis.close());
  const tap = await startTap(redis.port);
  closing.push(() => tap.close());
  const monitor = startMonitor(redis.port);
  closing.push(() => {
    monitor.close();
  });
  return { redis, tap, monitor };
}

interface Parts {
  readonly stack: { secrets: string[] };
  readonly providers: Providers;
  readonly reports: string;
  readonly edits: readonly Edit[];
}

async function startPart(
  { stack, providers, reports, edits }: Parts,
  closing: (() => unknown)[],
  program: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<Part> {
  const adminPort = await freePort();
  const runs: Program[] = [];
  const start = async (): Promise<void> => {
    const started = runProgram(fileOf(program), [...args, '--admin-port', String(adminPort)], {
      ...env,
      PLATFORM_TOKEN_SECRET: stack.secrets.join(','),
      NODE_OPTIONS: `--import ${fileOf('./host.ts')} --report-on-signal --report-directory=${reports}`,
      LEAKS_PROVIDERS: providers.url,
      LEAKS_EDITS: JSON.stringify(edits),
    });
    runs.push(started);
    await started.ready;
  };
  const stop = async (signal: 'SIGTERM' | 'SIGKILL'): Promise<void> => {
    const running = runs.at(-1);
    running?.signal(signal);
    await running?.ended;
  };
  await start();
  closing.push(() => stop('SIGKILL'));
  return { adminPort, runs, start, stop };
}
