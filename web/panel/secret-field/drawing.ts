/** Draws a secret over its field: dots, the caret, what is selected; and its characters, while they are asked for. */
import type { SecretText } from './secret-text.ts';

export interface DrawingState {
  readonly shown: boolean;
  readonly focused: boolean;
  /** Characters that are being composed at the caret. */
  readonly composing: number;
}

const dot = '•';
const rightToLeft = /^[\p{Script=Hebrew}\p{Script=Arabic}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Nko}]/u;
const letter = /^\p{L}/u;

export class Drawing {
  /** Clips and scrolls; the line in it is as long as the secret. */
  readonly #box: HTMLElement;
  readonly #line = part('secret-line');
  #shown = false;

  constructor(box: HTMLElement) {
    this.#box = box;
    box.replaceChildren(this.#line);
  }

  get isRtl(): boolean {
    return getComputedStyle(this.#line).direction === 'rtl';
  }

  draw(text: SecretText, { shown, focused, composing }: DrawingState): void {
    this.#shown = shown;
    this.#line.dir = shown ? directionOf(text) : '';
    const parts = shown ? charactersOf(text, focused) : dotsOf(text, focused);
    const caret = part(text.hasSelection ? 'secret-caret unseen' : 'secret-caret');
    if (focused) {
      const at = shown ? text.caret : partBefore(text);
      parts.splice(at, 0, part('secret-composed', dot.repeat(composing)), caret);
    }
    this.#line.replaceChildren(...parts);
    if (focused) this.#follow(caret);
    // What is empty has nothing to scroll; asking for it would lay out the page once for each field that is drawn.
    else if (!text.empty) this.#box.scrollLeft = 0;
  }

  /** The place between two characters that is nearest to a point. @param x in CSS pixels of the viewport. */
  indexAt(x: number, text: SecretText): number {
    if (this.#shown) {
      const drawn = [...this.#line.querySelectorAll('.secret-character')];
      const after = drawn.findIndex((character) => {
        const { left, width } = character.getBoundingClientRect();
        return this.isRtl ? x > left + width / 2 : x < left + width / 2;
      });
      return after === -1 ? drawn.length : after;
    }
    const { left, right, width } = this.#line.getBoundingClientRect();
    if (width === 0) return 0;
    return Math.round(((this.isRtl ? right - x : x - left) / width) * text.length);
  }

  /** Scrolls as far as the caret needs. */
  #follow(caret: HTMLElement): void {
    const [at, box] = [caret.getBoundingClientRect(), this.#box.getBoundingClientRect()];
    if (at.left < box.left) this.#box.scrollLeft -= box.left - at.left;
    else if (at.right > box.right) this.#box.scrollLeft += at.right - box.right;
  }
}

function part(name: string, content = ''): HTMLElement {
  const element = document.createElement('span');
  element.className = name;
  element.textContent = content;
  return element;
}

/** Up to three: what is before the selection, in it, and behind it. */
function dotsOf(text: SecretText, focused: boolean): HTMLElement[] {
  const { from, to } = text.selection;
  return [
    part('secret-dots', dot.repeat(from)),
    part(focused ? 'secret-dots secret-selected' : 'secret-dots', dot.repeat(to - from)),
    part('secret-dots', dot.repeat(text.length - to)),
  ];
}

/** How many of the three stand before the caret. */
function partBefore({ caret, selection }: SecretText): number {
  return caret === selection.to ? 2 : 1;
}

/**
 * Each in a box of its own: the browser joins all text of one line into one string to lay it out, and in boxes of their own
 * the characters are lines of their own.
 */
function charactersOf(text: SecretText, focused: boolean): HTMLElement[] {
  const { from, to } = text.selection;
  const drawn: HTMLElement[] = [];
  for (const character of text.characters()) {
    const selected = focused && drawn.length >= from && drawn.length < to;
    const name = selected ? 'secret-character secret-selected' : 'secret-character';
    drawn.push(part(name, visible(character)));
  }
  return drawn;
}

/** Control characters have pictures. */
function visible(character: string): string {
  const point = character.codePointAt(0) ?? 0;
  return point < 0x20 ? String.fromCodePoint(0x2400 + point) : character;
}

/** That of the first letter. */
function directionOf(text: SecretText): 'ltr' | 'rtl' {
  for (const character of text.characters()) {
    if (rightToLeft.test(character)) return 'rtl';
    if (letter.test(character)) return 'ltr';
  }
  return 'ltr';
}
