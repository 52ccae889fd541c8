/** The text of an answer while it comes in: capped, and rid of the key that it was called with before anyone sees it (E34). */
import type { PlatformCore } from '../../web/core/platform.ts';

/** What the core's redaction takes at once, in UTF-8. */
const maxTextBytes = 256 * 1024;

/** The answer is longer than any job's may be. */
export class TextTooLong extends Error {}

export class AnswerText {
  readonly #redact: (text: string) => string;
  readonly #listener: ((text: string) => void) | null;
  readonly #pieces: string[] = [];
  #bytes = 0;
  #held = '';

  /** @param listener is told the text as it comes, each character once. */
  constructor(
    core: Pick<PlatformCore, 'redact'>,
    key: Uint8Array,
    listener: ((text: string) => void) | null,
  ) {
    this.#redact = (text) => core.redact(text, [key]);
    this.#listener = listener;
  }

  /** Whether a first character has come in. */
  get started(): boolean {
    return this.#bytes > 0;
  }

  /** @throws TextTooLong */
  add(piece: string): void {
    if (piece === '') return;
    this.#bytes += Buffer.byteLength(piece);
    if (this.#bytes > maxTextBytes) throw new TextTooLong();
    this.#pieces.push(piece);
    if (this.#listener === null) return;
    const cut = startOfLastWord(piece);
    if (cut === 0) this.#held += piece;
    else {
      this.#tell(this.#held + piece.slice(0, cut));
      this.#held = piece.slice(cut);
    }
  }

  /** @returns the whole text; the listener is told the last of it first. */
  end(): string {
    this.#tell(this.#held);
    this.#held = '';
    return this.#redact(this.#pieces.join(''));
  }

  #tell(text: string): void {
    if (text !== '') this.#listener?.(this.#redact(text));
  }
}

/** A key has no blank in it, so what may be the start of one is what follows the last character that can't be in a key. */
function startOfLastWord(piece: string): number {
  // From the end: an expression that is anchored there tries every beginning, in time that grows with the square.
  let start = piece.length;
  while (start > 0 && isOfKey(piece.charCodeAt(start - 1))) start -= 1;
  return start;
}

function isOfKey(code: number): boolean {
  return code > 0x20 && code < 0x7f;
}
