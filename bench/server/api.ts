/** The API as a process, with a Redis of its own, and someone who calls it. */
import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync, rmSync, mkdtempSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { runProgram } from '../../server/testing/program.ts';
import { freePort } from '../../server/testing/ports.ts';
import { startRedis } from '../../server/testing/redis.ts';
import { sealForPlatform, type SealRequest } from '../../server/testing/seal.ts';

/** @returns the answer's body; anything but a 200 is an error. */
export type Call = (procedure: string, headers?: Record<string, string>, body?: unknown) => Promise<string>;

export interface BenchApi {
  readonly pid: number;
  readonly redisUrl: string;
  readonly user: string;
  readonly call: Call;
  /** base64url, for a header. */
  seal(request: Omit<SealRequest, 'platform' | 'user'>): Promise<string>;
  /** Everything on the heap after a full collection, as V8 writes it down. */
  heap(): Promise<string>;
  close(): Promise<void>;
}

/** @param secret 64 hex characters. */
export async function startBenchApi(secret: string): Promise<BenchApi> {
  const redis = await startRedis(['--save', '', '--appendonly', 'no']);
  const [port, adminPort] = [await freePort(), await freePort()];
  const folder = mkdtempSync(join(tmpdir(), 'byok-heap-'));
  const api = runProgram(
    fileURLToPath(new URL('../../server/api-main.ts', import.meta.url)),
    ['--sandbox', '--port', String(port), '--admin-port', String(adminPort)],
    {
      PLATFORM_TOKEN_SECRET: secret,
      REDIS_URL: redis.url,
      BYOK_ORIGINS: 'http://localhost:1',
      BYOK_TESTS_PER_MINUTE: '100000000',
      BYOK_INVALID_PER_HOUR: '100000000',
      NODE_OPTIONS: `--heapsnapshot-signal=SIGUSR2 --diagnostic-dir=${folder}`,
    },
  );
  await api.ready;
  const { call, close } = callerOf(port);
  const dataOf = async (procedure: string): Promise<Record<string, unknown>> =>
    (JSON.parse(await call(procedure)) as { result: { data: Record<string, unknown> } }).result.data;
  const user = String((await dataOf('whoami'))['id']);
  const platform = Buffer.from(String((await dataOf('platformKey'))['key']), 'base64url');
  return {
    pid: api.pid,
    redisUrl: redis.url,
    user,
    call,
    async seal(sealing) {
      return Buffer.from(await sealForPlatform({ platform, user, ...sealing })).toString('base64url');
    },
    async heap() {
      api.signal('SIGUSR2');
      for (let tries = 0; tries < 600; tries += 1) {
        const [name] = readdirSync(folder);
        const text = name === undefined ? '' : readFileSync(join(folder, name), 'utf8');
        if (text.endsWith(']}\n') || text.endsWith(']}')) return text;
        await sleep(100);
      }
      throw new Error('the API wrote no heap snapshot');
    },
    async close() {
      close();
      await api.stop();
      await redis.close();
      rmSync(folder, { recursive: true });
    },
  };
}

/** The same API with nothing behind its procedures (bare.ts). */
export async function startBareApi(): Promise<{ pid: number; call: Call; close(): Promise<void> }> {
  const api = runProgram(fileURLToPath(new URL('./bare.ts', import.meta.url)), [], {
    PLATFORM_TOKEN_SECRET: randomBytes(32).toString('hex'),
  });
  const { call, close } = callerOf(Number(await api.ready));
  return {
    pid: api.pid,
    call,
    async close() {
      close();
      await api.stop();
    },
  };
}

/** Someone who is signed in once, over connections that are kept. */
function callerOf(port: number): { call: Call; close: () => void } {
  const agent = new Agent({ keepAlive: true });
  let cookie = '';
  const call: Call = (procedure, headers = {}, body) =>
    new Promise((resolve, reject) => {
      const path = `/byok/${procedure}`;
      const method = body === undefined ? 'GET' : 'POST';
      const text = body === undefined ? undefined : JSON.stringify(body);
      const length: Record<string, string> =
        text === undefined ? {} : { 'content-length': String(text.length) };
      const sent = request(
        {
          port,
          host: '127.0.0.1',
          agent,
          path,
          method,
          headers: { cookie, 'content-type': 'application/json', ...length, ...headers },
        },
        (res) => {
          let answer = '';
          cookie = res.headers['set-cookie']?.[0]?.split(';', 1)[0] ?? cookie;
          res.setEncoding('utf8').on('data', (part: string) => (answer += part));
          res.on('end', () => {
            if (res.statusCode === 200) resolve(answer);
            else reject(new Error(`${procedure}: ${String(res.statusCode)} ${answer}`));
          });
        },
      );
      sent.on('error', reject);
      sent.end(text);
    });
  return {
    call,
    close: () => {
      agent.destroy();
    },
  };
}
