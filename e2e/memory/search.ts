/**
 * Finds what is left of secrets in bytes: every run of them that is long enough to mean something, at any alignment, in one pass
 * for all secrets.
 *
 * A run of 8 bytes holds at least one whole word at an address that is a multiple of 4. So the pass looks at those words
 * only, and at the bytes around one only where it is a word of a secret.
 */

/** One secret in one of the encodings that it may lie about in. */
export interface Needle {
  readonly secret: string;
  readonly encoding: 'utf8' | 'utf16' | 'raw';
  readonly bytes: Uint8Array;
  /** The shortest run that counts, in bytes: 8 characters of a text, 8 bytes of a key. */
  readonly least: number;
}

export interface Hit {
  readonly needle: Needle;
  /** Where the run begins, counted from the start of the bytes that were given. */
  readonly at: number;
  /** Which part of the needle it is, in bytes. */
  readonly from: number;
  readonly to: number;
}

interface Place {
  readonly index: number;
  readonly offset: number;
}

const tableBits = 16;

function slotOf(word: number): number {
  return Math.imul(word, 0x9e3779b1) >>> (32 - tableBits);
}

export class Search {
  readonly needles: readonly Needle[];
  /** As many bytes as a run can reach beyond a piece of memory. */
  readonly reach: number;
  readonly #table = new Uint8Array(2 ** tableBits);
  readonly #places = new Map<number, Place[]>();

  constructor(needles: readonly Needle[]) {
    this.needles = needles;
    this.reach = Math.max(4, ...needles.map(({ bytes }) => Math.ceil(bytes.length / 4) * 4));
    needles.forEach(({ bytes, least }, index) => {
      if (least < 7 || bytes.length < least) throw new Error('a needle is too short to be told from chance');
      const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
      for (let offset = 0; offset + 4 <= bytes.length; offset++) {
        const word = view.getUint32(offset, true);
        this.#table[slotOf(word)] = 1;
        const places = this.#places.get(word);
        if (places) places.push({ index, offset });
        else this.#places.set(word, [{ index, offset }]);
      }
    });
  }

  /**
   * The runs that begin in a part of the bytes; those that reach out of it are seen whole.
   * @param bytes at an address in memory that is a multiple of 4, and of such a length.
   */
  find(bytes: Uint8Array, start: number, end: number): Hit[] {
    const hits: Hit[] = [];
    const words = new Uint32Array(bytes.buffer, bytes.byteOffset, bytes.length >>> 2);
    const table = this.#table;
    /** Per needle: the run that was seen last, so that its further words don't count again. */
    const seen = this.needles.map(() => ({ base: NaN, end: 0 }));
    for (let at = 0; at < words.length; at++) {
      const word = words[at] ?? 0;
      if (table[slotOf(word)] === 0) continue;
      for (const { index, offset } of this.#places.get(word) ?? []) {
        const needle = this.needles[index];
        const last = seen[index];
        if (!needle || !last) continue;
        const base = at * 4 - offset;
        if (last.base === base && at * 4 < last.end) continue;
        let from = offset;
        while (from > 0 && bytes[base + from - 1] === needle.bytes[from - 1]) from--;
        let to = offset + 4;
        while (to < needle.bytes.length && bytes[base + to] === needle.bytes[to]) to++;
        last.base = base;
        last.end = base + to;
        if (to - from < needle.least || base + from < start || base + from >= end) continue;
        hits.push({ needle, at: base + from, from, to });
      }
    }
    return hits;
  }
}
