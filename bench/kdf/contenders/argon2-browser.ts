/** The reference implementation through Emscripten, which finds its parts by globals and loads them with the first call. */
import argon2 from 'argon2-browser/lib/argon2.js';
import { keyBytes, password, salt, type Load } from '../contender.ts';

/** @param file which of its two wasm files. */
export function loadFrom(file: 'argon2.wasm' | 'argon2-simd.wasm'): Load {
  return async (read) => {
    const wasmBinary = await read(`argon2-browser/dist/${file}`);
    // In Node it would read the file that is without SIMD, unless there is what it takes for a browser's scope.
    (globalThis as { self?: unknown }).self ??= globalThis;
    Object.assign(globalThis, {
      Module: { wasmBinary },
      loadArgon2WasmBinary: () => Promise.resolve(wasmBinary),
      loadArgon2WasmModule: async () => (await import('argon2-browser/dist/argon2.js')).default,
    });
    return async ({ memoryKib, passes }) => {
      const options = { time: passes, mem: memoryKib, hashLen: keyBytes, parallelism: 1, type: 2 };
      return (await argon2.hash({ pass: password, salt, ...options })).hash;
    };
  };
}

export const load: Load = loadFrom('argon2.wasm');
