/** Fills secrets with 0. One that was transferred is empty here by then; anything that is no byte array is left alone. */
export function wipe(...secrets: readonly unknown[]): void {
  for (const secret of secrets) if (secret instanceof Uint8Array && secret.byteLength > 0) secret.fill(0);
}
