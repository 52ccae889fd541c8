/** The reference implementation built for SIMD, one instance that keeps its memory. */
import Argon2 from '@phi-ag/argon2';
import { keyBytes, password, salt, type Load } from '../contender.ts';

export const load: Load = async (read) => {
  const { instance } = await WebAssembly.instantiate(await read('@phi-ag/argon2/dist/argon2.wasm'));
  const argon2 = new Argon2(instance);
  const text = new TextDecoder().decode(password);
  return ({ memoryKib, passes }) =>
    argon2.hash(text, {
      salt,
      hashLength: keyBytes,
      timeCost: passes,
      memoryCost: memoryKib,
      parallelism: 1,
    }).hash;
};
