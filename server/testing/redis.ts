/** A real redis-server for a test: on a free port of this machine, its files in a temporary folder, ended with the test. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createClient } from '@redis/client';
import { freePort } from './ports.ts';

export interface TestRedis {
  readonly port: number;
  readonly url: string;
  /** Where it writes. */
  readonly folder: string;
  /** With user and password, `redis-cli` as it were: an answer, or the message of the error. */
  ask(args: string[], as?: { user: string; password: string }): Promise<unknown>;
  /** Stops it as it stands (SIGSTOP), or lets it go on. */
  freeze(): void;
  thaw(): void;
  /** Ends it at once; {@link start} begins anew, empty, on the same port. */
  kill(): Promise<void>;
  start(): Promise<void>;
  close(): Promise<void>;
}

export async function startRedis(settings: readonly string[] = []): Promise<TestRedis> {
  const port = await freePort();
  const folder = mkdtempSync(join(tmpdir(), 'byok-redis-'));
  const args = ['--port', String(port), '--bind', '127.0.0.1', '--dir', folder, '--daemonize', 'no'];
  let child: ReturnType<typeof spawn> | null = null;
  const url = `redis://127.0.0.1:${String(port)}`;

  const ask: TestRedis['ask'] = async (command, as) => {
    const credentials = as === undefined ? {} : { username: as.user, password: as.password };
    const client = createClient({
      url,
      ...credentials,
      disableClientInfo: true,
      maintNotifications: 'disabled',
      socket: { reconnectStrategy: false },
    });
    client.on('error', () => undefined);
    try {
      await client.connect();
      return await client.sendCommand(command);
    } catch (error) {
      return (error as Error).message;
    } finally {
      if (client.isOpen) client.destroy();
    }
  };
  const start = async (): Promise<void> => {
    const started = spawn('redis-server', [...settings, ...args], { stdio: 'ignore' });
    child = started;
    for (let tries = 0; tries < 400 && started.exitCode === null; tries += 1) {
      const answer = await ask(['PING']);
      // One that asks for a user is up, too.
      if (answer === 'PONG' || String(answer).startsWith('NOAUTH')) return;
      await new Promise((resolve) => setTimeout(resolve, 25));
    }
    throw new Error('redis-server ended, or does not answer');
  };
  const kill = async (): Promise<void> => {
    if (child?.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
  };
  await start();
  return {
    port,
    url,
    folder,
    ask,
    freeze: () => child?.kill('SIGSTOP'),
    thaw: () => child?.kill('SIGCONT'),
    kill,
    start,
    close: async () => {
      await kill();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
