/** A program of the server, run as its users run it. */
import { spawn } from 'node:child_process';

export interface Program {
  readonly pid: number;
  output(): string;
  /** Resolves with the first line on stdout. */
  readonly ready: Promise<string>;
  readonly ended: Promise<number | null>;
  /** Ends it with SIGTERM. */
  stop(): Promise<number | null>;
  signal(name: NodeJS.Signals): void;
}

/** @param file of a program of the server. Nothing of this process's environment but PATH is handed on. */
export function runProgram(file: string, args: string[], env: Record<string, string>): Program {
  const child = spawn(process.execPath, [file, ...args], {
    env: { PATH: process.env['PATH'] ?? '', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  const ended = new Promise<number | null>((resolve) => child.on('close', resolve));
  child.stderr.on('data', (part: Buffer) => (output += part.toString()));
  const ready = new Promise<string>((resolve, reject) => {
    let line = '';
    child.stdout.on('data', (part: Buffer) => {
      output += part.toString();
      line += part.toString();
      if (line.includes('\n')) resolve(line);
    });
    void ended.then(() => {
      reject(new Error(`ended before it was ready: ${output}`));
    });
  });
  ready.catch(() => undefined);
  return {
    pid: child.pid ?? 0,
    output: () => output,
    ready,
    ended,
    stop: () => {
      child.kill('SIGTERM');
      return ended;
    },
    signal: (name) => {
      child.kill(name);
    },
  };
}
