/** One secretbox after the other, under one key. */
import sodium from 'libsodium-wrappers';
import maker from 'libsodium-wrappers-sumo';
import { metaBytes, type Prepare } from '../contender.ts';

export const prepare: Prepare = async (count) => {
  await Promise.all([sodium.ready, maker.ready]);
  const key = maker.randombytes_buf(32);
  const boxes = Array.from({ length: count }, () => {
    const nonce = maker.randombytes_buf(24);
    return { nonce, box: maker.crypto_secretbox_easy(maker.randombytes_buf(metaBytes), nonce, key) };
  });
  return () => {
    let opened = 0;
    for (const { nonce, box } of boxes)
      if (sodium.crypto_secretbox_open_easy(box, nonce, key).length === metaBytes) opened += 1;
    return opened;
  };
};
