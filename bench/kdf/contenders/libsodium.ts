/** libsodium's own JavaScript build, which is without SIMD. */
import sodium from 'libsodium-wrappers-sumo';
import { keyBytes, password, salt, type Load } from '../contender.ts';

export const load: Load = async () => {
  await sodium.ready;
  return ({ memoryKib, passes }) =>
    sodium.crypto_pwhash(
      keyBytes,
      password,
      salt,
      passes,
      memoryKib * 1024,
      sodium.crypto_pwhash_ALG_ARGON2ID13,
    );
};
