/** Its block filling is wasm, the walk over the memory JavaScript. */
import { argon2id } from 'hash-wasm';
import { keyBytes, password, salt, type Load } from '../contender.ts';

export const load: Load = () =>
  Promise.resolve(({ memoryKib, passes }) =>
    argon2id({
      password,
      salt,
      iterations: passes,
      parallelism: 1,
      memorySize: memoryKib,
      hashLength: keyBytes,
      outputType: 'binary',
    }),
  );
