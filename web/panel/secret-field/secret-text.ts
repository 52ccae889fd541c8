/** What is typed into a secret field: bytes with a caret and a selection. No part of it that is longer than a character is a string. */
import { minSecretRoom } from '../../vault/secret-bytes.ts';
import { boundariesOf, characterAt } from './characters.ts';
import { toNfc } from './nfc.ts';
import { pointsOf, widthOf, writePoint } from './utf8.ts';

/** Where a move or a deletion goes to. There are no words: where they begin would say something about the secret. */
export type Target = 'back' | 'forward' | 'start' | 'end';

export interface Limits {
  /** Bytes of UTF-8 as typed. What would go beyond is refused as a whole: half of a pasted password would be another one. */
  readonly maxBytes: number;
  /** Line breaks are left out, as password fields do. */
  readonly oneLine: boolean;
}

export class SecretText {
  readonly #limits: Limits;
  #bytes = new Uint8Array(minSecretRoom);
  /** In bytes. */
  #used = 0;
  /** Both in characters; what is between them is selected. */
  #anchor = 0;
  #caret = 0;

  constructor(limits: Limits) {
    this.#limits = limits;
  }

  get empty(): boolean {
    return this.#used === 0;
  }

  /** In characters. */
  get length(): number {
    return this.#indexAt(this.#used);
  }

  get caret(): number {
    return this.#caret;
  }

  get selection(): { readonly from: number; readonly to: number } {
    return { from: Math.min(this.#anchor, this.#caret), to: Math.max(this.#anchor, this.#caret) };
  }

  get hasSelection(): boolean {
    return this.#anchor !== this.#caret;
  }

  /** Puts text in place of what is selected. @returns false where it is too long; then nothing has changed. */
  insert(text: string): boolean {
    const { from, to } = this.selection;
    const [start, end] = [this.#offsetOf(from), this.#offsetOf(to)];
    let width = 0;
    for (const point of this.#pointsOf(text)) width += widthOf(point);
    const used = this.#used - (end - start) + width;
    if (used > this.#limits.maxBytes) return false;
    this.#reserve(used);
    this.#shift(end, start + width);
    let at = start;
    for (const point of this.#pointsOf(text)) at = writePoint(this.#bytes, at, point);
    // What was typed may have joined a character, before it or after it: then the caret is behind that.
    this.#collapse(this.#indexAt(at));
    return true;
  }

  /** Puts text in place of all. @returns false where it is too long; then nothing is left. */
  replace(text: string): boolean {
    this.clear();
    return this.insert(text);
  }

  /** Deletes what is selected, or from the caret on. */
  remove(target: Target): void {
    if (!this.hasSelection) this.#caret = this.#indexOf(target);
    const { from, to } = this.selection;
    const start = this.#offsetOf(from);
    this.#shift(this.#offsetOf(to), start);
    this.#collapse(this.#indexAt(start));
  }

  /** @param extend selects from where the selection began. */
  move(target: Target, extend: boolean): void {
    const { from, to } = this.selection;
    if (extend) this.#caret = this.#indexOf(target);
    else if (this.hasSelection && (target === 'back' || target === 'forward'))
      this.#collapse(target === 'back' ? from : to);
    else this.#collapse(this.#indexOf(target));
  }

  place(index: number, extend: boolean): void {
    this.#caret = Math.max(0, Math.min(index, this.length));
    if (!extend) this.#anchor = this.#caret;
  }

  selectAll(): void {
    this.#anchor = 0;
    this.#caret = this.length;
  }

  /** Fills all of it with 0. */
  clear(): void {
    this.#bytes.fill(0);
    this.#used = 0;
    this.#collapse(0);
  }

  /** In NFC, in UTF-8. The caller wipes it. */
  copy(): Uint8Array<ArrayBuffer> {
    return toNfc(this.#bytes, this.#used);
  }

  /** One character after the other, to be shown. */
  *characters(): Generator<string> {
    let from = 0;
    for (const end of boundariesOf(this.#bytes, this.#used)) {
      if (end > from) yield characterAt(this.#bytes, from, end);
      from = end;
    }
  }

  *#pointsOf(text: string): Generator<number> {
    for (const point of pointsOf(text))
      if (!this.#limits.oneLine || (point !== 10 && point !== 13)) yield point;
  }

  /** Grows by doubling; what is outgrown is wiped. */
  #reserve(bytes: number): void {
    let room = this.#bytes.length;
    while (room < bytes) room *= 2;
    if (room === this.#bytes.length) return;
    const outgrown = this.#bytes;
    this.#bytes = new Uint8Array(room);
    this.#bytes.set(outgrown);
    outgrown.fill(0);
  }

  /** Moves what stands from one byte on to another place; nothing of it stays behind the new end. */
  #shift(from: number, to: number): void {
    this.#bytes.copyWithin(to, from, this.#used);
    const used = this.#used + to - from;
    if (used < this.#used) this.#bytes.fill(0, used, this.#used);
    this.#used = used;
  }

  #collapse(index: number): void {
    this.#anchor = index;
    this.#caret = index;
  }

  #indexOf(target: Target): number {
    switch (target) {
      case 'back':
        return Math.max(0, this.#caret - 1);
      case 'forward':
        return Math.min(this.length, this.#caret + 1);
      case 'start':
        return 0;
      case 'end':
        return this.length;
    }
  }

  /** How many characters begin before a byte. */
  #indexAt(offset: number): number {
    let index = 0;
    for (const boundary of boundariesOf(this.#bytes, this.#used)) {
      if (boundary >= offset) break;
      index++;
    }
    return index;
  }

  #offsetOf(index: number): number {
    let left = index;
    for (const boundary of boundariesOf(this.#bytes, this.#used)) {
      if (left === 0) return boundary;
      left--;
    }
    return this.#used;
  }
}
