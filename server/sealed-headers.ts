/** The two headers that sealed keys travel in. What is not of their form gives null, and is neither quoted nor told apart. */
import { z } from 'zod';

/** base64url of kMaxSealedBytes (include/byok/sealed_key.h). */
const maxSealedCharacters = 2731;

/** Of the header X-BYOK-Keys: eight keys of the usual length fit, and so does the request in what servers take of headers. */
const maxHeaderCharacters = 7 * 1024;
const maxKeys = 8;

const sealedText = z
  .string()
  .min(1)
  .max(maxSealedCharacters)
  .regex(/^[A-Za-z0-9_-]+$/);

const keysText = z
  .record(z.string().regex(/^[a-z0-9_-]{1,32}$/), sealedText)
  .refine((keys) => Object.keys(keys).length > 0 && Object.keys(keys).length <= maxKeys);

type Header = string | string[] | undefined;

/** X-BYOK-Key: one sealed key. */
export function sealedKeyOf(header: Header): Uint8Array | null {
  const { data } = sealedText.safeParse(header);
  return data === undefined ? null : Buffer.from(data, 'base64url');
}

/** X-BYOK-Keys: a JSON object of up to 8 sealed keys by provider, 7 KB in all. */
export function sealedKeysOf(header: Header): ReadonlyMap<string, Uint8Array> | null {
  if (typeof header !== 'string' || header.length > maxHeaderCharacters) return null;
  const { data } = keysText.safeParse(parse(header));
  if (data === undefined) return null;
  return new Map(
    Object.entries(data).map(([provider, text]) => [provider, Buffer.from(text, 'base64url')] as const),
  );
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // V8's message quotes what it could not read.
    return null;
  }
}
