// Running other programs: output to a log, a time limit, and nothing left behind.

import { spawn } from 'node:child_process';
import { createWriteStream, mkdirSync, readFileSync } from 'node:fs';
import { once } from 'node:events';
import { dirname } from 'node:path';
import { fromRoot, root } from './files.ts';

export interface RunOptions {
  /** Where the output goes, from the root. Appended to. */
  log: string;
  /** Seconds until the program and its children are killed. */
  limit: number;
  env?: Record<string, string>;
}

export interface Ended {
  /** The exit status, or null when a signal ended it. */
  code: number | null;
  timedOut: boolean;
}

const running = new Set<number>();

/** Ends every program that is still running, with its children. */
function killAll(): void {
  for (const pid of running) killGroup(pid);
}

/** Programs run in groups of their own, which Ctrl-C does not reach: they end with this one. */
export function endTogether(): void {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      killAll();
      process.exit(130);
    });
  }
}

function killGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // It ended by itself in the meantime.
  }
}

/** Runs one program to its end in a process group of its own, so that what it started ends with it. */
export async function run(command: string, args: string[], options: RunOptions): Promise<Ended> {
  const logPath = fromRoot(options.log);
  mkdirSync(dirname(logPath), { recursive: true });
  const log = createWriteStream(logPath, { flags: 'a' });
  log.write(`$ ${[command, ...args].join(' ')}\n`);
  const child = spawn(command, args, {
    cwd: root,
    env: { ...process.env, ...options.env },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  child.stdout.pipe(log, { end: false });
  child.stderr.pipe(log, { end: false });
  const pid = child.pid;
  if (pid !== undefined) running.add(pid);
  const limit = { reached: false };
  const timer = setTimeout(() => {
    limit.reached = true;
    if (pid !== undefined) killGroup(pid);
  }, options.limit * 1000);
  try {
    const code = await new Promise<number | null>((resolve) => {
      child.on('error', (error) => {
        log.write(`${error.message}\n`);
        resolve(127);
      });
      child.on('exit', (status) => {
        // A child that outlives its parent would keep the pipes, and this run, open.
        if (pid !== undefined) killGroup(pid);
        resolve(status);
      });
    });
    if (limit.reached) log.write(`ended after the limit of ${String(options.limit)} s\n`);
    return { code, timedOut: limit.reached };
  } finally {
    clearTimeout(timer);
    if (pid !== undefined) running.delete(pid);
    log.end();
    await once(log, 'close');
  }
}

/** The last lines of a log. */
export function tail(log: string, lines: number): string {
  try {
    return readFileSync(fromRoot(log), 'utf8').trimEnd().split('\n').slice(-lines).join('\n');
  } catch {
    return '(no output)';
  }
}
