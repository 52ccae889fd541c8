/** The real server in its sandbox mode, on ports of its own and with a secret of its own. */
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { freePort } from '../../server/testing/ports.ts';

export interface Site {
  /** `http://localhost:PORT`, without a slash. */
  readonly app: string;
  readonly vault: string;
  readonly port: number;
  stop(): Promise<void>;
}

export const root = fileURLToPath(new URL('../../', import.meta.url));
const readyWithinMs = 20_000;

/** @param settings variables of the server's environment, where it needs more than a secret. */
export async function startSite(settings: (app: string) => NodeJS.ProcessEnv = () => ({})): Promise<Site> {
  const port = await freePort(2);
  const app = `http://localhost:${String(port)}`;
  const server = spawn(process.execPath, ['server/main.ts', '--port', String(port), '--sandbox'], {
    cwd: root,
    env: { ...process.env, PLATFORM_TOKEN_SECRET: randomBytes(32).toString('hex'), ...settings(app) },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  const ended = new Promise<void>((resolve) => {
    server.once('exit', () => {
      resolve();
    });
  });
  await new Promise<void>((resolve, reject) => {
    const timer = setTimeout(() => {
      reject(new Error(`the server was not ready in time: ${said}`));
    }, readyWithinMs);
    const hear = (chunk: Buffer): void => {
      said += chunk.toString();
      if (!said.includes('byok-vault ready:')) return;
      clearTimeout(timer);
      resolve();
    };
    server.stdout.on('data', hear);
    server.stderr.on('data', hear);
    void ended.then(() => {
      clearTimeout(timer);
      reject(new Error(`the server ended: ${said}`));
    });
  });
  return {
    app,
    vault: `http://localhost:${String(port + 1)}`,
    port,
    stop: async () => {
      server.kill('SIGTERM');
      await ended;
    },
  };
}
