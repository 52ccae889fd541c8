/** OpenPGP.js's, written for its size. */
import setupWasm from 'argon2id/lib/setup.js';
import { keyBytes, password, salt, type Load } from '../contender.ts';

export const load: Load = async (read) => {
  const from = (name: string) => async (imports: WebAssembly.Imports) =>
    WebAssembly.instantiate(await read(`argon2id/dist/${name}.wasm`), imports);
  const derive = await setupWasm(from('simd'), from('no-simd'));
  return ({ memoryKib, passes }) =>
    derive({ password, salt, parallelism: 1, passes, memorySize: memoryKib, tagLength: keyBytes });
};
