/** JavaScript alone. */
import { argon2id } from '@noble/hashes/argon2.js';
import { keyBytes, password, salt, type Load } from '../contender.ts';

export const load: Load = () =>
  Promise.resolve(({ memoryKib, passes }) =>
    argon2id(password, salt, { t: passes, m: memoryKib, p: 1, dkLen: keyBytes }),
  );
