/** Native libsodium, as a process that is asked line by line. Built by the bench: g++ and libsodium-dev. */
import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { Running } from '../engine/engine.ts';
import type { Answer } from './answer.ts';
import { password, salt, type Setting } from './contender.ts';

const program = fileURLToPath(new URL('../../build/bench/native', import.meta.url));

export function buildNative(): void {
  mkdirSync(new URL('.', `file://${program}`), { recursive: true });
  const source = fileURLToPath(new URL('native.cpp', import.meta.url));
  execFileSync('g++', ['-std=c++20', '-O2', source, '-o', program, '-lsodium'], { stdio: 'inherit' });
}

export function startNative(): Running<Setting, Answer> {
  const hex = Buffer.from(salt).toString('hex');
  const child = spawn(program, [new TextDecoder().decode(password), hex], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    async ask({ memoryKib, passes }) {
      const begin = performance.now();
      child.stdin.write(`${String(memoryKib)} ${String(passes)}\n`);
      const line = await lines.next();
      const [ms = '', key = ''] = String(line.value).split(' ');
      return { ms: Number(ms), hex: key, roundTripMs: performance.now() - begin };
    },
    end() {
      child.kill();
      return Promise.resolve();
    },
  };
}
