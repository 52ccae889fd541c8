/** The same cipher in JavaScript alone. */
import { xsalsa20poly1305 } from '@noble/ciphers/salsa.js';
import { metaBytes, type Prepare } from '../contender.ts';

export const prepare: Prepare = (count) => {
  const random = (size: number): Uint8Array => crypto.getRandomValues(new Uint8Array(size));
  const key = random(32);
  const boxes = Array.from({ length: count }, () => {
    const nonce = random(24);
    return { nonce, box: xsalsa20poly1305(key, nonce).encrypt(random(metaBytes)) };
  });
  return Promise.resolve(() => {
    let opened = 0;
    for (const { nonce, box } of boxes)
      if (xsalsa20poly1305(key, nonce).decrypt(box).length === metaBytes) opened += 1;
    return opened;
  });
};
