/** The engine's own AES-GCM, all records under way at once. */
import { metaBytes, type Prepare } from '../contender.ts';

export const prepare: Prepare = async (count) => {
  const random = (size: number): Uint8Array<ArrayBuffer> => crypto.getRandomValues(new Uint8Array(size));
  const key = await crypto.subtle.importKey('raw', random(32), 'AES-GCM', false, ['encrypt', 'decrypt']);
  const boxes = await Promise.all(
    Array.from({ length: count }, async () => {
      const algorithm = { name: 'AES-GCM', iv: random(12) };
      return { algorithm, box: await crypto.subtle.encrypt(algorithm, key, random(metaBytes)) };
    }),
  );
  return async () => {
    const opened = await Promise.all(
      boxes.map(({ algorithm, box }) => crypto.subtle.decrypt(algorithm, key, box)),
    );
    return opened.filter(({ byteLength }) => byteLength === metaBytes).length;
  };
};
