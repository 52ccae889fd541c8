/** A secret field as tests look at it: what it holds can be read only by asking it to show it. */
import { expect, type Locator } from '@playwright/test';
import { words } from '../../web/panel/words.ts';
import { inject } from './inject.ts';
import type { Panel } from './panel.ts';
import type { BrowserContext } from '@playwright/test';

export class Field {
  readonly panel: Panel;
  readonly name: string;
  readonly input: Locator;

  constructor(panel: Panel, name: string) {
    this.panel = panel;
    this.name = name;
    this.input = panel.textbox(name);
  }

  /** What is drawn over the input. */
  get drawing(): Locator {
    return this.input.locator('xpath=following-sibling::div');
  }

  get showButton(): Locator {
    return this.panel.button(words.showWhat(this.name));
  }

  get hideButton(): Locator {
    return this.panel.button(words.hideWhat(this.name));
  }

  async holds(text: string): Promise<void> {
    await this.showButton.click();
    await expect(this.drawing).toHaveText(text, { useInnerText: false });
    await this.hideButton.click();
    await this.isAtRest();
  }

  /** The real input is empty, and only dots are drawn. */
  async isAtRest(): Promise<void> {
    await expect(this.input).toHaveValue('');
    await expect(this.drawing).toHaveText(/^•*$/);
  }

  async hasDots(count: number): Promise<void> {
    await expect(this.drawing).toHaveText('•'.repeat(count));
  }
}

/** Notes every array that the document makes, as large as those that a field keeps secrets in. */
const noteArrays = `
  const made = [];
  globalThis.Uint8Array = new Proxy(Uint8Array, {
    construct(target, args, as) {
      const array = Reflect.construct(target, args, as);
      if (array.buffer.byteLength >= 256) made.push(array);
      return array;
    },
  });
  globalThis.arraysWith = (texts) => {
    const needles = texts.map((text) => new TextEncoder().encode(text));
    const holds = (bytes) => needles.some((needle) => {
      for (let at = bytes.indexOf(needle[0]); at !== -1; at = bytes.indexOf(needle[0], at + 1))
        if (needle.every((byte, index) => bytes[at + index] === byte)) return true;
      return false;
    });
    return made.filter((array) => array.buffer.byteLength > 0 && holds(new Uint8Array(array.buffer))).length;
  };
`;

export async function watchArrays(context: BrowserContext): Promise<void> {
  await inject(context, 'noted arrays', noteArrays);
}

declare global {
  var arraysWith: (texts: readonly string[]) => number;
}

/** How many arrays of the vault's document hold any four characters of a secret. */
export async function arraysHolding(panel: Panel, secret: string): Promise<number> {
  const pieces = Array.from({ length: secret.length - 3 }, (_, index) => secret.slice(index, index + 4));
  return (await panel.document()).evaluate((texts) => globalThis.arraysWith(texts), pieces);
}
