/** The ways in which a person, or a program for one, brings a secret into a field. */
import type { BrowserContext, Locator, Page } from '@playwright/test';

export interface Way {
  readonly name: string;
  /** Before the field is looked at: what has to be elsewhere first, such as on the clipboard. */
  readonly prepare?: (context: BrowserContext, text: string) => Promise<void>;
  readonly enter: (page: Page, field: Locator, text: string) => Promise<void>;
  /** The same, to a page that has no field at all: what the way itself leaves in the browser, whatever the field does. */
  readonly withoutField: (page: Page, text: string) => Promise<void>;
}

/** Key by key, so that no message to the browser holds more than one character. */
async function press(page: Page, text: string): Promise<void> {
  for (const character of text) await page.keyboard.press(character);
}

async function type(page: Page, field: Locator, text: string): Promise<void> {
  await field.focus();
  await press(page, text);
}

/** Copies from a page that is closed then, as from a website that shows a key once. */
async function copy(context: BrowserContext, text: string): Promise<void> {
  const page = await context.newPage();
  await page.setContent('<textarea></textarea>');
  const area = page.locator('textarea');
  await type(page, area, text);
  await area.press('Control+A');
  await area.press('Control+C');
  await page.close();
}

/** As an input method does: the text grows under the caret, and is committed whole. */
async function compose(page: Page, text: string): Promise<void> {
  const session = await page.context().newCDPSession(page);
  for (let end = 1; end <= text.length; end++) {
    const part = { text: text.slice(0, end), selectionStart: end, selectionEnd: end };
    await session.send('Input.imeSetComposition', part);
  }
  await session.send('Input.insertText', { text });
  await session.detach();
}

export const typed: Way = { name: 'typed', enter: type, withoutField: press };

export const pasted: Way = {
  name: 'pasted',
  prepare: copy,
  enter: async (page, field) => {
    await page.bringToFront();
    await field.focus();
    await page.keyboard.press('Control+V');
  },
  withoutField: (page, text) => copy(page.context(), text),
};

/** Sets the value and tells of it by an event, as autofill and password managers do. */
export const filled: Way = {
  name: 'filled',
  enter: async (_, field, text) => {
    await field.fill(text);
  },
  withoutField: async (page, text) => {
    await page.evaluate(({ length }) => length, text);
  },
};

export const composed: Way = {
  name: 'composed',
  enter: async (page, field, text) => {
    await field.focus();
    await compose(page, text);
  },
  withoutField: compose,
};
