/** UTF-8, one code point at a time: an encoder that takes whole strings would need the whole secret as one. */

const replacement = 0xfffd;

/** Bytes that a code point takes. */
export function widthOf(point: number): number {
  return point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
}

/** The first code point of `text` from `index` on; half of a surrogate pair is replaced, as TextEncoder does. */
export function pointIn(text: string, index: number): number {
  const point = text.codePointAt(index) ?? replacement;
  return point >= 0xd800 && point <= 0xdfff ? replacement : point;
}

/** The code points of `text`, in order. */
export function* pointsOf(text: string): Generator<number> {
  for (let index = 0; index < text.length;) {
    const point = pointIn(text, index);
    index += point > 0xffff ? 2 : 1;
    yield point;
  }
}

/** The code point that begins at `at`. @param bytes what {@link writePoint} wrote. */
export function readPoint(bytes: Uint8Array, at: number): number {
  const first = bytes[at] ?? 0;
  const more = (offset: number): number => (bytes[at + offset] ?? 0) & 0x3f;
  if (first < 0x80) return first;
  if (first < 0xe0) return ((first & 0x1f) << 6) | more(1);
  if (first < 0xf0) return ((first & 0x0f) << 12) | (more(1) << 6) | more(2);
  return ((first & 0x07) << 18) | (more(1) << 12) | (more(2) << 6) | more(3);
}

/** Writes a code point. @returns where the next one goes. */
export function writePoint(bytes: Uint8Array, at: number, point: number): number {
  const width = widthOf(point);
  if (width === 1) {
    bytes[at] = point;
  } else {
    for (let index = width - 1, rest = point; index > 0; index--, rest >>= 6)
      bytes[at + index] = 0x80 | (rest & 0x3f);
    bytes[at] = (width === 2 ? 0xc0 : width === 3 ? 0xe0 : 0xf0) | (point >> (6 * (width - 1)));
  }
  return at + width;
}
