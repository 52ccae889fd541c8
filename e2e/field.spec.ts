/** The secret field: a good password field, whose input never holds what is typed. */
import AxeBuilder from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { words } from '../web/panel/words.ts';
import { arraysHolding, Field, watchArrays } from './support/field.ts';
import { keyOf } from './support/keys.ts';
import { forms, goodPassword, type Panel } from './support/panel.ts';
import { expect, test } from './support/test.ts';
import { answerOf } from './support/fetch.ts';

const secret = 'Tr0ub4dor&7Füchse_Qz';

async function openField(panel: Panel, name = 'Vault password'): Promise<Field> {
  await panel.open();
  return new Field(panel, name);
}

/** Puts text into the browser's clipboard as a person does. */
async function copyFrom(panel: Panel, text: string): Promise<void> {
  const other = await panel.page.context().newPage();
  await other.setContent('<textarea></textarea>');
  await other.getByRole('textbox').fill(text);
  await other.keyboard.press('Control+A');
  await other.keyboard.press('Control+C');
  await other.close();
  await panel.inFront();
}

async function compose(page: Page, ...steps: string[]): Promise<(text: string) => Promise<void>> {
  const cdp = await page.context().newCDPSession(page);
  for (const text of steps) {
    const [selectionStart, selectionEnd] = [text.length, text.length];
    await cdp.send('Input.imeSetComposition', { text, selectionStart, selectionEnd });
  }
  return async (text) => {
    await cdp.send('Input.insertText', { text });
  };
}

/** Everything of the document that is text or a value. */
async function textOf(panel: Panel): Promise<string> {
  return (await panel.document()).evaluate(() =>
    [
      document.documentElement.outerHTML,
      document.documentElement.textContent,
      ...Array.from(document.querySelectorAll('input'), ({ value }) => value),
    ].join('\n'),
  );
}

for (const form of forms) {
  test.describe(form, () => {
    test.use({ form });

    test('typed by keyboard: the input stays empty, dots are drawn, and the password opens the vault', async ({
      panel,
    }) => {
      const field = await openField(panel);
      const confirm = new Field(panel, 'Confirm password');
      await field.input.pressSequentially(secret);
      await field.hasDots(secret.length);
      await field.isAtRest();
      await confirm.input.pressSequentially(secret);
      await confirm.isAtRest();
      const text = await textOf(panel);
      for (let at = 0; at + 4 <= secret.length; at++) expect(text).not.toContain(secret.slice(at, at + 4));
      await panel.page.keyboard.press('Enter');
      await expect(panel.button('Lock')).toBeVisible();
      await panel.lock();
      await panel.password.pressSequentially(`${secret}x`);
      await panel.page.keyboard.press('Backspace');
      await panel.page.keyboard.press('Enter');
      await expect(panel.button('Lock')).toBeVisible();
    });

    test('axe finds nothing in a field that is focused, typed into, shown, selected or refused', async ({
      panel,
    }) => {
      test.slow();
      const field = await openField(panel);
      // The analysis ends in a page of its own, which takes the focus: a field that shows its secret hides it again.
      const check = async (state: string, enter: () => Promise<void>): Promise<void> => {
        for (const colorScheme of ['light', 'dark'] as const) {
          await panel.page.emulateMedia({ colorScheme });
          await panel.inFront();
          await enter();
          const { violations } = await new AxeBuilder({ page: panel.page }).analyze();
          const found = violations.map(
            ({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`,
          );
          expect(found, `${state}, ${colorScheme}`).toEqual([]);
        }
      };
      await check('focused', () => field.input.focus());
      await field.input.pressSequentially('short');
      await check('typed', () => field.input.focus());
      await check('selected', () => field.input.press('Shift+Home'));
      await check('shown and selected', async () => {
        if (await field.showButton.isVisible()) await field.showButton.click();
        await field.input.press('Control+A');
      });
      await check('refused', () => field.input.press('Enter'));
    });
  });
}

test('E27: accents, emoji and outer spaces typed one code point at a time are the same password', async ({
  panel,
}) => {
  const password = '  Ärger 🗝️ café 각 \u1ee3  ';
  await panel.openAndCreate(password.normalize('NFC'));
  await panel.lock();
  await panel.password.pressSequentially(password.trim());
  await panel.button('Unlock').click();
  await expect(panel.region.getByText('Wrong password')).toBeVisible();
  await panel.password.pressSequentially(password.normalize('NFD'));
  await panel.button('Unlock').click();
  await expect(panel.button('Lock')).toBeVisible();
});

test('caret, selection and deletion', async ({ panel, page }) => {
  const field = await openField(panel);
  const { keyboard } = page;
  await field.input.pressSequentially('abcdef');
  for (const key of ['ArrowLeft', 'ArrowLeft', 'Backspace', 'Delete', 'X']) await keyboard.press(key);
  await field.holds('abcXf');
  for (const key of ['Home', 'Delete', 'A', 'End', 'Z']) await keyboard.press(key);
  await field.holds('AbcXfZ');
  for (const key of ['ArrowLeft', 'Shift+ArrowLeft', 'Shift+ArrowLeft', '-']) await keyboard.press(key);
  await field.holds('Abc-Z');
  for (const key of ['Shift+Home', 'q']) await keyboard.press(key);
  await field.holds('qZ');
  for (const key of ['Control+A', 'n', 'e', 'w']) await keyboard.press(key);
  await field.holds('new');
  for (const key of ['ArrowLeft', 'Control+Backspace']) await keyboard.press(key);
  await field.holds('w');
  for (const key of ['Home', 'Control+Delete']) await keyboard.press(key);
  await field.holds('');
  await expect(field.input).toBeFocused();
});

test('the mouse places the caret and selects; a second click selects all', async ({ panel, page }) => {
  const field = await openField(panel);
  await field.input.pressSequentially('mmmmmmmm');
  const line = await field.drawing.locator('> *').boundingBox();
  if (!line) throw new Error('nothing is drawn');
  const y = line.y + line.height / 2;
  const at = (part: number): [number, number] => [line.x + line.width * part, y];
  await page.mouse.click(...at(0.5));
  await page.keyboard.press('H');
  await field.holds('mmmmHmmmm');
  await page.mouse.move(...at(0.02));
  await page.mouse.down();
  await page.mouse.move(...at(0.5), { steps: 4 });
  await page.mouse.up();
  await page.keyboard.press('s');
  await expect(field.drawing).toHaveText(/^•{5,6}$/);
  await page.mouse.dblclick(...at(0.1));
  await page.keyboard.press('x');
  await field.holds('x');
});

test('coming with Tab selects what is there; coming back from elsewhere does not', async ({
  panel,
  page,
}) => {
  const field = await openField(panel);
  await field.input.pressSequentially('first');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Shift+Tab');
  await page.keyboard.press('2');
  await field.holds('2');
  await field.input.blur();
  await field.input.focus();
  await page.keyboard.press('3');
  await field.holds('23');
});

test('a touch keyboard, which names no keys, deletes too', async ({ panel }) => {
  const field = await openField(panel);
  const ask = async (inputType: string): Promise<boolean> =>
    field.input.evaluate(
      (input, type) =>
        input.dispatchEvent(
          new InputEvent('beforeinput', { inputType: type, bubbles: true, cancelable: true }),
        ),
      inputType,
    );
  await field.input.pressSequentially('abcd');
  expect(await ask('deleteContentBackward')).toBe(false);
  await field.holds('abc');
  await ask('deleteSoftLineBackward');
  await field.holds('');
});

test('filled, set by a program, and autofilled: all of it is replaced, and the input emptied at once', async ({
  panel,
}) => {
  const field = await openField(panel);
  await field.input.fill('one two');
  await field.holds('one two');
  await field.input.fill('three');
  await field.holds('three');
  const seen = await field.input.evaluate((input: HTMLInputElement) => {
    const values: string[] = [];
    for (const event of [new Event('input', { bubbles: true }), new Event('change', { bubbles: true })]) {
      input.value = `from a manager ${event.type}`;
      input.dispatchEvent(event);
      values.push(input.value);
    }
    return values;
  });
  expect(seen).toEqual(['', '']);
  await field.holds('from a manager change');
  // Put there without any event: it is found when the form is sent.
  const confirm = new Field(panel, 'Confirm password');
  for (const each of [field, confirm])
    await each.input.evaluate((input: HTMLInputElement, value) => {
      input.value = value;
    }, goodPassword);
  await panel.button('Create vault').click();
  await expect(panel.button('Lock')).toBeVisible();
  await panel.lock();
  await panel.unlock();
});

test('pasted at the caret, in one line; nothing can be copied or cut out', async ({ panel, page }) => {
  const field = await openField(panel);
  await copyFrom(panel, 'from the clipboard\n');
  await field.input.pressSequentially('<>');
  await page.keyboard.press('ArrowLeft');
  await page.keyboard.press('Control+V');
  await field.holds('<from the clipboard>');
  await copyFrom(panel, 'something else');
  for (const show of [false, true]) {
    if (show) await field.showButton.click();
    for (const key of ['Control+A', 'Control+C', 'Control+X', 'Shift+Delete']) await page.keyboard.press(key);
  }
  await field.hideButton.click();
  await field.holds('<from the clipboard>');
  await page.keyboard.press('End');
  await page.keyboard.press('Control+V');
  await field.holds('<from the clipboard>something else');
});

test('composed text is drawn while it is composed, and taken at its end', async ({ panel, page }) => {
  const field = await openField(panel);
  await field.input.pressSequentially('ab');
  await page.keyboard.press('ArrowLeft');
  const end = await compose(page, 'ㅎ', '하', '한');
  await field.hasDots(3);
  await end('한');
  await field.isAtRest();
  await field.holds('a한b');
  await compose(page, '글');
  await field.input.blur();
  await field.isAtRest();
  await field.holds('a한글b');
});

test('a form that is sent while something is composed has it', async ({ panel, page }) => {
  await panel.openAndCreate('composed 한글 password');
  await panel.lock();
  const field = new Field(panel, 'Vault password');
  await field.input.pressSequentially('composed ');
  const end = await compose(page, '한', '한글');
  await end('한글');
  await field.input.pressSequentially(' passwor');
  await compose(page, 'd');
  await panel.button('Unlock').click();
  await expect(panel.button('Lock')).toBeVisible();
});

test('Show draws one character a box, and ends with the focus, and with the form', async ({
  panel,
  page,
}) => {
  const field = await openField(panel);
  await field.input.pressSequentially('visible é👍🏽');
  await field.showButton.click();
  await expect(field.input).toBeFocused();
  await expect(field.input).toHaveAttribute('type', 'password');
  const boxes = field.drawing.locator('.secret-character');
  expect(await boxes.allTextContents()).toEqual([...Array.from('visible '), 'é', '👍🏽']);
  for (const display of await boxes.evaluateAll((all) => all.map((each) => getComputedStyle(each).display)))
    expect(display).not.toBe('inline');
  await page.keyboard.press('Tab');
  await expect(field.hideButton).toBeFocused();
  await expect(field.drawing).toHaveText('visible é👍🏽');
  await page.keyboard.press('Tab');
  await field.isAtRest();
  await field.showButton.click();
  await field.input.press('Enter');
  await field.isAtRest();
});

test('E28: a line break inside a pasted key is refused with the reason, one behind it is removed', async ({
  panel,
  page,
}) => {
  const key = keyOf('OpenAI');
  await panel.openAndCreate();
  const input = panel.card('OpenAI').getByRole('textbox');
  await copyFrom(panel, `${key.value.slice(0, 20)}\n${key.value.slice(20)}`);
  await input.focus();
  await page.keyboard.press('Control+V');
  await page.keyboard.press('Enter');
  await expect(panel.card('OpenAI').getByText(/space or a special character inside/)).toBeVisible();
  await copyFrom(panel, `${key.value}\n`);
  await input.focus();
  await page.keyboard.press('Control+V');
  await page.keyboard.press('Enter');
  await expect(panel.card('OpenAI').getByText(words.outcome.cleaned)).toBeVisible();
});

test('what is too long is refused whole, with the reason', async ({ panel }) => {
  const field = await openField(panel);
  await field.input.fill('x'.repeat(1025));
  await expect(field.input).toHaveAttribute('aria-invalid', 'true');
  await expect(field.input).toHaveAccessibleDescription(/too long/);
  await field.hasDots(0);
  await field.input.pressSequentially('y');
  await expect(field.input).not.toHaveAttribute('aria-invalid');
  await field.input.fill('x'.repeat(1024));
  await field.hasDots(1024);
});

test('assistive technology is told the name, what is wrong, and how many characters there are', async ({
  panel,
}) => {
  const field = await openField(panel);
  await expect(field.input).toHaveAccessibleDescription(words.strengthHint);
  await expect(field.input).toHaveAttribute('aria-required', 'true');
  await field.input.pressSequentially('seven c');
  await expect(panel.region.getByRole('status').filter({ hasText: words.characters(7) })).toHaveCount(1);
  await expect(field.input).toHaveAccessibleDescription(new RegExp(words.characters(7)));
  await expect(field.drawing).toHaveAttribute('aria-hidden', 'true');
  await field.input.press('Control+A');
  await field.input.press('Delete');
  await panel.button('Create vault').click();
  await expect(field.input).toHaveAttribute('aria-invalid', 'true');
  await expect(field.input).toHaveAccessibleDescription(`${words.strengthHint} ${words.enterPassword}`);
});

test('right to left, the arrows follow the dots, and what is shown keeps its own direction', async ({
  panel,
  page,
}) => {
  const field = await openField(panel);
  await page.evaluate(() => {
    document.documentElement.dir = 'rtl';
  });
  await field.input.pressSequentially('abc');
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('X');
  await field.showButton.click();
  const left = await field.drawing
    .locator('.secret-character')
    .evaluateAll((all) => all.map((each) => each.getBoundingClientRect().left));
  expect([...left].sort((a, b) => a - b)).toEqual(left);
  await page.keyboard.press('ArrowLeft');
  await page.keyboard.press('Y');
  await field.hideButton.click();
  await field.holds('abYXc');
});

test('in forced colours dots, caret and focus are drawn; with less motion the caret stands still', async ({
  panel,
  page,
}) => {
  await page.emulateMedia({ forcedColors: 'active', reducedMotion: 'reduce' });
  const field = await openField(panel);
  const box = field.input.locator('xpath=..');
  await panel.button(words.showWhat('Confirm password')).focus();
  const pictures = [await box.screenshot()];
  await field.input.focus();
  pictures.push(await box.screenshot());
  await field.input.pressSequentially('abc');
  pictures.push(await box.screenshot());
  await page.keyboard.press('ArrowLeft');
  pictures.push(await box.screenshot());
  await page.keyboard.press('Control+A');
  pictures.push(await box.screenshot());
  const different = new Set(pictures.map((each) => each.toString('base64')));
  expect(different.size).toBe(pictures.length);
  const caret = field.drawing.locator('.secret-caret');
  await expect(caret).toHaveCSS('animation-name', 'none');
  await page.emulateMedia({ reducedMotion: 'no-preference' });
  await expect(caret).not.toHaveCSS('animation-name', 'none');
});

test('at twice the size, and on a narrow screen, the caret stays in sight', async ({ panel, page }) => {
  await page.setViewportSize({ width: 320, height: 640 });
  const field = await openField(panel);
  await page.evaluate(() => {
    document.documentElement.style.fontSize = '200%';
  });
  await field.input.pressSequentially('0123456789'.repeat(5));
  /** How far the caret is out of what is seen, in CSS pixels. */
  const outside = (): Promise<number> =>
    field.drawing.evaluate((box) => {
      const caret = box.querySelector('.secret-caret')?.getBoundingClientRect();
      const { left, right } = box.getBoundingClientRect();
      return caret === undefined ? NaN : Math.max(left - caret.left, caret.right - right, 0);
    });
  expect(await outside()).toBeLessThan(1);
  await page.keyboard.press('Home');
  expect(await outside()).toBeLessThan(1);
  await field.showButton.click();
  await expect(field.drawing).toHaveText(/^0123/);
  await page.keyboard.press('End');
  expect(await outside()).toBeLessThan(1);
});

test.describe('every array that held a secret is 0', () => {
  const password = 'Zw3i-Möwen auf dem Dach';

  // An estimate of the password may be under way, with a copy of its own.
  const holdsNone = (panel: Panel, text: string): Promise<void> =>
    expect.poll(() => arraysHolding(panel, text)).toBe(0);

  test.beforeEach(async ({ context }) => {
    await watchArrays(context);
  });

  test('after it was handed over, right or wrong', async ({ panel }) => {
    const field = await openField(panel);
    await field.input.pressSequentially(password);
    await expect.poll(() => arraysHolding(panel, password)).toBeGreaterThan(0);
    await panel.create(password);
    await holdsNone(panel, password);
    await panel.lock();
    const wrong = 'nearly the password 7';
    await panel.password.pressSequentially(wrong);
    expect(await arraysHolding(panel, wrong)).toBeGreaterThan(0);
    await panel.button('Unlock').click();
    await expect(panel.region.getByText('Wrong password')).toBeVisible();
    await holdsNone(panel, wrong);
  });

  test('after a lock, for what was never sent; keys that outgrew their array too', async ({ panel }) => {
    await panel.openAndCreate();
    const key = 'q7x'.repeat(200);
    await panel.card('OpenAI').getByRole('textbox').pressSequentially(`sk-${key}`);
    expect(await arraysHolding(panel, key)).toBeGreaterThan(0);
    await panel.lock();
    await holdsNone(panel, key);
  });

  test('E21: when the page is left, and when it is restored', async ({ panel }) => {
    const field = await openField(panel);
    for (const event of ['pagehide', 'pageshow']) {
      await field.input.fill(password);
      expect(await arraysHolding(panel, password)).toBeGreaterThan(0);
      await (
        await panel.document()
      ).evaluate((type) => dispatchEvent(new PageTransitionEvent(type, { persisted: true })), event);
      await holdsNone(panel, password);
      await field.hasDots(0);
    }
  });

  test('after a password change that was refused', async ({ panel }) => {
    await panel.openAndCreate();
    await panel.fillChangePassword('not the present one', password);
    await panel.dialog.getByRole('button', { name: 'Change password', exact: true }).click();
    await expect(panel.dialog.getByText('Wrong password')).toBeVisible();
    await holdsNone(panel, 'not the present one');
    await holdsNone(panel, password);
  });
});

test('where the operator chose ordinary fields, they are ordinary', async ({ panel, context }) => {
  await context.route('**/config.json', async (route) => {
    const response = await answerOf(route);
    await route.fulfill({ json: { ...((await response.json()) as object), plainFields: true } });
  });
  const field = await openField(panel);
  await field.input.fill('short');
  await expect(field.input).toHaveValue('short');
  await field.showButton.click();
  await expect(field.input).toHaveAttribute('type', 'text');
  await panel.create();
  await panel.lock();
  await expect(panel.password).toHaveValue('');
  await panel.unlock();
});
