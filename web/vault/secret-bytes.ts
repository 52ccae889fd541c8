/** Room for secrets. */

/**
 * Engines keep small arrays on their own heap, and leave copies behind when they move them; larger ones stay where they are. V8 does
 * so with up to 64 bytes, SpiderMonkey with up to 1024.
 */
export const minSecretRoom = 2048;

/** An array of `length` bytes, all 0, with at least {@link minSecretRoom} bytes behind it. */
export function secretBytes(length: number): Uint8Array<ArrayBuffer> {
  return new Uint8Array(new ArrayBuffer(Math.max(minSecretRoom, length)), 0, length);
}

/** A copy for someone who wipes or transfers it. */
export function copySecret(secret: Uint8Array): Uint8Array<ArrayBuffer> {
  const copy = secretBytes(secret.length);
  copy.set(secret);
  return copy;
}
