/**
 * Where one character ends and the next begins: what one dot stands for, and what one press of an arrow passes.
 *
 * Every boundary is one of NFC as well: no code point that begins a character combines with what stands before it. So a
 * secret can be normalised character by character, and is never a string as a whole (the tests compare both).
 */
import { pointsOf, readPoint, widthOf } from './utf8.ts';

const mark = /^\p{M}$/u;
const pictograph = /^\p{Extended_Pictographic}$/u;
const joiner = 0x200d;

function isRegional(point: number): boolean {
  return point >= 0x1f1e6 && point <= 0x1f1ff;
}

/** Combines with what stands before it, also in NFC. */
function isCombining(point: number): boolean {
  if (point < 0x300) return false;
  // Vowels and finals of Hangul, and the one script whose combining vowels are letters.
  if ((point >= 0x1160 && point <= 0x11ff) || (point >= 0xd7b0 && point <= 0xd7fb)) return true;
  if (point >= 0x16d63 && point <= 0x16d6a) return true;
  return mark.test(String.fromCodePoint(point));
}

/** Belongs to an emoji before it: joiner, skin tone, tag. */
function isExtending(point: number): boolean {
  return point === joiner || (point >= 0x1f3fb && point <= 0x1f3ff) || (point >= 0xe0020 && point <= 0xe007f);
}

/** Takes the code points of a text one after the other. */
export class Boundaries {
  #last = -1;
  /** The last one is the first half of a flag. */
  #halfFlag = false;

  /** Does a character begin with `point`, the next one of the text? */
  begins(point: number): boolean {
    const joined =
      this.#last !== -1 &&
      (isCombining(point) ||
        isExtending(point) ||
        (this.#last === joiner && point > 0x7f && pictograph.test(String.fromCodePoint(point))) ||
        (this.#halfFlag && isRegional(point)));
    this.#halfFlag = !joined && isRegional(point);
    this.#last = point;
    return !joined;
  }
}

/** Where each character of the first `length` bytes begins, and `length` itself. */
export function* boundariesOf(bytes: Uint8Array, length: number): Generator<number> {
  const boundaries = new Boundaries();
  for (let at = 0; at < length;) {
    const point = readPoint(bytes, at);
    if (boundaries.begins(point)) yield at;
    at += widthOf(point);
  }
  yield length;
}

export function countCharacters(text: string): number {
  const boundaries = new Boundaries();
  let count = 0;
  for (const point of pointsOf(text)) if (boundaries.begins(point)) count++;
  return count;
}

/** One character as a string. Only ever one: a string can't be wiped. */
export function characterAt(bytes: Uint8Array, from: number, to: number): string {
  let character = '';
  for (let at = from; at < to;) {
    const point = readPoint(bytes, at);
    character += String.fromCodePoint(point);
    at += widthOf(point);
  }
  return character;
}
