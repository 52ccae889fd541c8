/** The ways in which a person, or a program for one, brings a secret into a field. */
import type { BrowserContext, Locator, Page } from '@playwright/test';

export interface Way {
  readonly name: string;
  /** Before the field is looked at: what has to be elsewhere first, such as on the clipboard. */
  readonly prepare?: (context: BrowserContext, text: string) => Promise<void>;
  readonly enter: (page: Page, field: Locator, text: string) => Promise<void>;
}

/** Key by key, so that no message to the browser holds more than one character. */
async function type(page: Page, field: Locator, text: string): Promise<void> {
  await field.focus();
  for (const character of text) await page.keyboard.press(character);
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
async function compose(page: Page, field: Locator, text: string): Promise<void> {
  await field.focus();
  const session = await page.context().newCDPSession(page);
  for (let end = 1; end <= text.length; end++) {
    const part = { text: text.slice(0, end), selectionStart: end, selectionEnd: end };
    await session.send('Input.imeSetComposition', part);
  }
  await session.send('Input.insertText', { text });
  await session.detach();
}

export const typed: Way = { name: 'typed', enter: type };

export const pasted: Way = {
  name: 'pasted',
  prepare: copy,
  enter: async (page, field) => {
    await page.bringToFront();
    await field.focus();
    await page.keyboard.press('Control+V');
  },
};

/** Sets the value and tells of it by an event, as autofill and password managers do. */
export const filled: Way = {
  name: 'filled',
  enter: async (_, field, text) => {
    await field.fill(text);
  },
};

export const composed: Way = { name: 'composed', enter: compose };
