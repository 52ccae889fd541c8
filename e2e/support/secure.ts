/**
 * Both origins behind the nginx of deploy/nginx, over HTTPS, as they are deployed: what is behind it is the API and the workers as
 * processes of their own (`npm run api`, `npm run worker`), over a pair of Redis.
 */
import { randomBytes } from 'node:crypto';
import { startNginx, type TestNginx } from '../../deploy/nginx/testing.ts';
import { runProgram, type Program } from '../../server/testing/program.ts';
import { freePort } from '../../server/testing/ports.ts';
import { startRedis } from '../../server/testing/redis.ts';
import { root, type Site } from './site.ts';

export interface Secure {
  readonly site: Site;
  readonly nginx: TestNginx;
  /** The ports of the API's processes. */
  readonly apis: readonly number[];
  readonly workers: readonly Program[];
}

export interface SecureOptions {
  /** How many processes of the API there are. */
  readonly apis?: number;
  readonly workers?: number;
  /** Makes another nginx of it. */
  readonly change?: (text: string) => string;
}

export async function startSecure({ apis = 1, workers = 0, change }: SecureOptions = {}): Promise<Secure> {
  const port = await freePort(2);
  const app = `https://localhost:${String(port)}`;
  const vault = `https://localhost:${String(port + 1)}`;
  const [keys, queue] = await Promise.all([startRedis(['--save', '']), startRedis(['--appendonly', 'yes'])]);
  const env = {
    PLATFORM_TOKEN_SECRET: randomBytes(32).toString('hex'),
    REDIS_URL: keys.url,
    QUEUE_REDIS_URL: queue.url,
  };
  const apiEnv = { ...env, BYOK_ORIGINS: `${app},${vault}`, BYOK_BEHIND_PROXY: '1' };
  const run = async (file: string, args: string[], variables: Record<string, string>): Promise<Program> =>
    runProgram(
      `${root}server/${file}`,
      ['--sandbox', '--admin-port', String(await freePort()), ...args],
      variables,
    );
  const ports: number[] = [];
  const behind: Program[] = [];
  for (let i = 0; i < apis; i += 1) {
    const apiPort = await freePort();
    ports.push(apiPort);
    behind.push(await run('api-main.ts', ['--port', String(apiPort)], apiEnv));
  }
  const running: Program[] = [];
  for (let i = 0; i < workers; i += 1) running.push(await run('worker-main.ts', [], env));
  await Promise.all([...behind, ...running].map(({ ready }) => ready));
  const nginx = await startNginx({
    api: ports,
    sites: `${root}dist`,
    origins: { app, vault },
    ...(change === undefined ? {} : { change }),
  });
  const stop = async (): Promise<void> => {
    await Promise.all([nginx.stop(), ...[...behind, ...running].map((program) => program.stop())]);
    await Promise.all([keys.close(), queue.close()]);
  };
  return { site: { app, vault, port, stop }, nginx, apis: ports, workers: running };
}
