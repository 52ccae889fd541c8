/** No state of the panel breaks a rule that axe knows, in either theme; and all of it works without a pointer. */
import AxeBuilder from '@axe-core/playwright';
import { words } from '../web/panel/words.ts';
import { inject } from './support/inject.ts';
import { keyOf } from './support/keys.ts';
import { forms, goodPassword, type Panel } from './support/panel.ts';
import { flipBit, storedItems, writeItems } from './support/tamper.ts';
import { expect, test } from './support/test.ts';

async function hasNoViolation(panel: Panel, state: string): Promise<void> {
  for (const colorScheme of ['light', 'dark'] as const) {
    await panel.page.emulateMedia({ colorScheme });
    const { violations } = await new AxeBuilder({ page: panel.page }).analyze();
    const found = violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`);
    expect(found, `${state}, ${colorScheme}`).toEqual([]);
  }
}

for (const form of forms) {
  test.describe(form, () => {
    test.use({ form });

    test('axe finds nothing from the first visit to a deleted key', async ({ panel }) => {
      test.slow();
      await panel.open();
      await hasNoViolation(panel, 'no vault');
      await panel.password.fill('short');
      await panel.button('Create vault').click();
      await hasNoViolation(panel, 'a refused password');
      await panel.create();
      await hasNoViolation(panel, 'unlocked, no key');
      await panel.add('OpenAI', keyOf('OpenAI').value);
      await panel.enter('Gemini', keyOf('Gemini', 'provider_down').value);
      await expect(
        panel.card('Gemini').getByRole('button', { name: words.outcome.saveUntested }),
      ).toBeVisible();
      await panel.enter('Anthropic', keyOf('Anthropic', 'invalid').value);
      await expect(panel.card('Anthropic').getByText(words.outcome.notSaved)).toBeVisible();
      await panel.button(words.card.more).click();
      await hasNoViolation(panel, 'unlocked, with keys and warnings');
      await panel.card('OpenAI').getByRole('button', { name: 'Delete', exact: true }).click();
      await hasNoViolation(panel, 'asked before deleting');
      await panel.dialog.getByRole('button', { name: words.cancel }).click();
      await panel.fillChangePassword(goodPassword, 'another password that is good 8');
      await hasNoViolation(panel, 'changing the password');
      await panel.dialog.getByRole('button', { name: words.cancel }).click();
      await panel.fillStartOver();
      await hasNoViolation(panel, 'starting over');
      await panel.dialog.getByRole('button', { name: words.cancel }).click();
      await panel.lock();
      await hasNoViolation(panel, 'locked');
      await panel.password.fill('a wrong password');
      await panel.button('Unlock').click();
      await expect(panel.region.getByText('Wrong password')).toBeVisible();
      await hasNoViolation(panel, 'a wrong password');
    });

    test('axe finds nothing where entries are damaged', async ({ panel }) => {
      await panel.openAndCreate();
      await panel.add('OpenAI', keyOf('OpenAI').value);
      const document = await panel.document();
      const [record] = await storedItems(document, 'BYKR');
      if (!record) throw new Error('no record is stored');
      await writeItems(document, 'BYKR', [{ ...record, hex: flipBit(record.hex, 60) }]);
      await panel.page.reload();
      await panel.unlock();
      await expect(panel.region.getByText(words.damage.title)).toBeVisible();
      await hasNoViolation(panel, 'damaged');
    });

    test('axe finds nothing where the browser cannot hold a vault', async ({ panel, context }) => {
      await inject(context, 'no wasm', 'delete globalThis.WebAssembly;');
      await panel.open();
      await expect(panel.region.getByText(words.unavailable.cases.no_webassembly.title)).toBeVisible();
      await hasNoViolation(panel, 'unavailable');
    });

    test('create, add, test, delete, lock and unlock with the keyboard alone', async ({ panel }) => {
      const { page } = panel;
      const reach = async (
        name: string,
        role: 'button' | 'textbox',
        within = panel.region,
      ): Promise<void> => {
        const target = within.getByRole(role, { name, exact: true });
        await expect(target).toBeVisible();
        for (let step = 0; step < 60; step++) {
          if (await target.evaluate((element) => element === element.ownerDocument.activeElement)) return;
          await page.keyboard.press('Tab');
        }
        throw new Error(`${name} can't be reached by the keyboard`);
      };
      await panel.open();
      await panel.region.evaluate((element) => {
        element.ownerDocument.defaultView?.focus();
      });
      await reach('Vault password', 'textbox');
      await page.keyboard.type(goodPassword);
      await reach('Confirm password', 'textbox');
      await page.keyboard.type(goodPassword);
      await page.keyboard.press('Enter');
      await expect(panel.button('Lock')).toBeVisible();

      const key = keyOf('OpenAI');
      await reach('OpenAI API key', 'textbox');
      await page.keyboard.type(key.value);
      await page.keyboard.press('Enter');
      await expect(panel.card('OpenAI')).toContainText(key.preview);
      await reach('Test', 'button', panel.card('OpenAI'));
      await page.keyboard.press('Enter');
      await expect(panel.card('OpenAI').getByText(words.outcome.tested('Works'))).toBeVisible();

      await reach('Delete', 'button', panel.card('OpenAI'));
      await page.keyboard.press('Enter');
      await expect(panel.dialog).toBeVisible();
      await page.keyboard.press('Escape');
      await expect(panel.dialog).toBeHidden();
      await expect(panel.card('OpenAI').getByRole('button', { name: 'Delete', exact: true })).toBeFocused();
      await page.keyboard.press('Enter');
      await reach(words.remove.submit, 'button', panel.dialog);
      await page.keyboard.press('Enter');
      await expect(panel.card('OpenAI')).not.toContainText(key.preview);

      await reach('Lock', 'button');
      await page.keyboard.press('Enter');
      await expect(panel.password).toBeVisible();
      await reach('Vault password', 'textbox');
      await page.keyboard.type(goodPassword);
      await page.keyboard.press('Enter');
      await expect(panel.button('Lock')).toBeVisible();
    });
  });
}
