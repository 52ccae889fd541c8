/** NFC of a secret, so that the same password typed on another keyboard is the same bytes (E27). */
import { secretBytes } from '../../vault/secret-bytes.ts';
import { boundariesOf, characterAt } from './characters.ts';
import { pointsOf, widthOf, writePoint } from './utf8.ts';

/** @returns a copy of the first `length` bytes in NFC, which the caller wipes. */
export function toNfc(bytes: Uint8Array, length: number): Uint8Array<ArrayBuffer> {
  const normal = secretBytes(normalise(bytes, length, null));
  normalise(bytes, length, normal);
  return normal;
}

/** Writes the NFC, where there is something to write to. @returns its length in bytes. */
function normalise(bytes: Uint8Array, length: number, to: Uint8Array | null): number {
  let from = 0;
  let written = 0;
  for (const end of boundariesOf(bytes, length)) {
    if (end === from) continue;
    // What is ASCII never becomes a string at all.
    if (end === from + 1) {
      if (to !== null) to[written] = bytes[from] ?? 0;
      written += 1;
    } else {
      for (const point of pointsOf(characterAt(bytes, from, end).normalize('NFC'))) {
        if (to !== null) writePoint(to, written, point);
        written += widthOf(point);
      }
    }
    from = end;
  }
  return written;
}
