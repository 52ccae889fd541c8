/** libsodium built for this machine, asked for Argon2id (tests/native/argon2id.cpp). */
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { toHex } from '../../web/core/bundle.ts';
import type { Argon2Case } from './derive.ts';

export interface NativeArgon2 {
  /** Asks for many at once, so that both sides work meanwhile. */
  ask(cases: readonly Argon2Case[]): void;
  /** The tag of the next case that was asked for, in hex. */
  answer(): Promise<string>;
  end(): void;
}

export function startNative(): NativeArgon2 {
  const native = spawn(new URL('../../build/native-release/argon2id', import.meta.url).pathname);
  const answers = createInterface({ input: native.stdout })[Symbol.asyncIterator]();
  return {
    ask(cases) {
      const hex = (bytes: Uint8Array): string => (bytes.length === 0 ? '-' : toHex(bytes));
      for (const { memoryKib, passes, size, password, salt } of cases)
        native.stdin.write(
          `${String(memoryKib)} ${String(passes)} ${String(size)} ${hex(password)} ${hex(salt)}\n`,
        );
    },
    async answer() {
      const { value } = (await answers.next()) as { value?: string };
      return value?.split(' ')[1] ?? 'no answer';
    },
    end() {
      native.kill();
    },
  };
}
