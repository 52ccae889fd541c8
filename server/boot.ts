/** How every process of the platform begins and ends: the core with its secrets, the log, Redis, and words for the person at the terminal. */
import type { PlatformCore } from '../web/core/platform.ts';
import { VaultError } from '../web/core/errors.ts';
import { loadCore } from './core.ts';
import { codeOf, makeLog, type Log } from './log.ts';
import { OptionProblem } from './options.ts';
import { Redis } from './redis/connection.ts';
import { SecretProblem, useSecretsOf } from './secrets.ts';

export const root = new URL('../', import.meta.url);

/** Ends the process with words for the person at the terminal. */
export class Stop extends Error {}

/** How long a start waits for a Redis: longer, and it goes on without, and uses it once it is there. */
const redisMs = 2_000;

/** Variables that hold a password or a key, of whichever program: what one does not use may stand in the file that all are started with. */
const secretName = /^((QUEUE_|HEALTH_)?REDIS_URL|BYOK_SERVER_KEY_.*)$/;

/** Removes them from `env`: a crash report prints the environment, and a child process inherits it. @returns what they held. */
export function takeSecrets(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const names = Object.keys(env).filter((name) => secretName.test(name));
  const taken = Object.fromEntries(names.map((name) => [name, env[name]]));
  for (const name of names) Reflect.deleteProperty(env, name);
  return taken;
}

export interface Booted {
  readonly core: PlatformCore;
  readonly log: Log;
  /** The secrets that stood in the environment and are the program's to read: see {@link takeSecrets}. */
  readonly taken: NodeJS.ProcessEnv;
}

/** @throws Stop, SecretProblem */
export async function boot(env: NodeJS.ProcessEnv): Promise<Booted> {
  const taken = takeSecrets(env);
  const core = await loadCore(new URL('build/wasm/platform.wasm', root)).catch(() => {
    throw new Stop('build/wasm/platform.wasm is not built yet: ./run.sh builds everything');
  });
  useSecretsOf(env, (hexSecrets) => {
    core.useSecrets(hexSecrets);
  });
  const log = makeLog(
    (text) => core.redact(text),
    (line) => process.stderr.write(line),
  );
  // An error that no one caught may hold anything; its code is all that is said.
  process.on('unhandledRejection', (error) => {
    log({ event: 'failed', code: codeOf(error) });
  });
  process.on('uncaughtException', (error) => {
    log({ event: 'stopped', code: codeOf(error) });
    process.exit(1);
  });
  return { core, log, taken };
}

/** The Redis that a variable of {@link Booted.taken} names, null where it is not set. @throws Stop */
export async function redisOf(taken: NodeJS.ProcessEnv, name: string, log: Log): Promise<Redis | null> {
  const url = urlOf(taken, name);
  if (url === null) return null;
  try {
    const redis = new Redis({
      url,
      onChange: (there) => {
        log({ event: there ? 'redis_there' : 'redis_away' });
      },
    });
    await redis.ready(redisMs);
    return redis;
  } catch (error) {
    if (!(error instanceof VaultError)) throw error;
    throw new Stop(`${name} takes redis://[user:password@]host:port, or rediss:// for TLS`);
  }
}

/** The address that a variable of {@link Booted.taken} holds; null where it is not set. */
export function urlOf(taken: NodeJS.ProcessEnv, name: string): string | null {
  const url = taken[name] ?? '';
  return url === '' ? null : url;
}

/** Runs a program until it is told to end. @param main resolves with what closes it. */
export function runProgram(main: () => Promise<() => Promise<void>>): void {
  main()
    .then((close) => {
      for (const signal of ['SIGINT', 'SIGTERM'] as const) {
        process.once(signal, () => {
          close().then(
            () => process.exit(0),
            () => process.exit(1),
          );
        });
      }
    })
    .catch((error: unknown) => {
      process.stderr.write(`byok-vault: ${wordsFor(error)}\n`);
      process.exit(1);
    });
}

function wordsFor(error: unknown): string {
  if (error instanceof Stop || error instanceof SecretProblem || error instanceof OptionProblem)
    return error.message;
  if (codeOf(error) === 'EADDRINUSE')
    return 'the port, or the next one, is in use already: choose another with --port N';
  return `could not start (${codeOf(error)})`;
}
