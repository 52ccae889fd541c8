/** Rust, compiled for the machine: a second limit beside native libsodium. */
import { hashRawSync } from '@node-rs/argon2';
import { keyBytes, password, salt, type Load } from '../contender.ts';

const argon2id = 2;

export const load: Load = () =>
  Promise.resolve(({ memoryKib, passes }) =>
    hashRawSync(password, {
      memoryCost: memoryKib,
      timeCost: passes,
      outputLen: keyBytes,
      parallelism: 1,
      algorithm: argon2id,
      salt,
    }),
  );
