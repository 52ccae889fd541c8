/** Entering keys: cleaned, recognised, never twice. */
import { words } from '../web/panel/words.ts';
import { keyOf } from './support/keys.ts';
import { forms } from './support/panel.ts';
import { storedItems } from './support/tamper.ts';
import { expect, test } from './support/test.ts';

for (const form of forms) {
  test.describe(form, () => {
    test.use({ form });

    test('E1: a key entered while the vault is locked is asked the password for, and then stored', async ({
      panel,
    }) => {
      const key = keyOf('OpenAI');
      await panel.openAndCreate();
      await panel.lock();
      await panel.region.getByText(words.addLocked.open, { exact: true }).click();
      await panel.inside.getByRole('combobox', { name: 'Provider' }).selectOption('OpenAI');
      await panel.textbox('OpenAI API key').fill(key.value);
      await panel.button('Continue').click();
      await expect(panel.region.getByText(words.addLocked.held('OpenAI'))).toBeVisible();
      await panel.unlock();
      await expect(panel.card('OpenAI')).toContainText(key.preview);
    });

    test('E1: a key entered while locked waits, sealed, where someone else is signed in by then', async ({
      panel,
      context,
    }) => {
      const key = keyOf('OpenAI');
      await panel.openAndCreate();
      await panel.lock();
      await context.clearCookies();
      await panel.region.getByText(words.addLocked.open, { exact: true }).click();
      await panel.inside.getByRole('combobox', { name: 'Provider' }).selectOption('OpenAI');
      await panel.textbox('OpenAI API key').fill(key.value);
      await panel.button('Continue').click();
      await panel.unlock();
      await expect(panel.card('OpenAI')).toContainText(words.outcome.waitsForUser);
      await panel.confirmUser();
      await expect(panel.card('OpenAI')).toContainText(key.preview);
      await expect(panel.card('OpenAI')).toContainText(words.outcome.saved);
    });

    test('E3: the same key entered twice is one record, encrypted anew, and the person is told', async ({
      panel,
    }) => {
      const key = keyOf('OpenAI');
      await panel.openAndCreate();
      await panel.add('OpenAI', key.value);
      const before = await storedItems(await panel.document(), 'BYKR');
      await panel.update('OpenAI', key.value);
      await expect(panel.card('OpenAI').getByText(words.outcome.alreadyThere)).toBeVisible();
      const after = await storedItems(await panel.document(), 'BYKR');
      expect(after).toHaveLength(1);
      expect(after[0]?.key).toEqual(before[0]?.key);
      expect(after[0]?.hex).not.toBe(before[0]?.hex);
    });

    test("E12: another provider's key is recognised, and one click saves it there", async ({ panel }) => {
      const key = keyOf('Anthropic');
      await panel.openAndCreate();
      await panel.fillKey('OpenAI', key.value);
      await expect(panel.card('OpenAI').getByText(words.shape.looksLike('Anthropic'))).toBeVisible();
      await panel
        .card('OpenAI')
        .getByRole('button', { name: words.shape.use('Anthropic') })
        .click();
      await expect(panel.card('Anthropic')).toContainText(key.preview);
      await expect(panel.card('OpenAI')).not.toContainText(key.preview);
    });

    test('E12: a shape is a hint: the key can be saved where it was entered', async ({ panel }) => {
      const key = keyOf('Anthropic');
      await panel.openAndCreate();
      await panel.enter('OpenAI', key.value);
      await expect(panel.card('OpenAI')).toContainText(key.preview);
    });

    test('E28: spaces, quotes and "Bearer " around a pasted key are removed, and the person is told', async ({
      panel,
    }) => {
      const key = keyOf('OpenAI');
      await panel.openAndCreate();
      await panel.enter('OpenAI', `\u00a0"Bearer ${key.value}"\u200b `);
      await expect(panel.card('OpenAI')).toContainText(key.preview);
      await expect(panel.card('OpenAI').getByText(words.outcome.cleaned)).toBeVisible();
    });

    test('E28: a space or a foreign character inside a key is refused with the reason', async ({ panel }) => {
      const key = keyOf('OpenAI');
      await panel.openAndCreate();
      for (const wrong of [' ', 'ä', '\u200b']) {
        await panel.enter('OpenAI', `${key.value.slice(0, 20)}${wrong}${key.value.slice(20)}`);
        await expect(panel.card('OpenAI').getByText(/space or a special character inside/)).toBeVisible();
        await expect(panel.card('OpenAI')).not.toContainText(key.preview);
      }
      expect(await storedItems(await panel.document(), 'BYKR')).toHaveLength(0);
    });

    test('E29: a key of a megabyte is refused', async ({ panel }) => {
      await panel.openAndCreate();
      await panel.fillKey('OpenAI', `sk-proj-${'x'.repeat(1_000_000)}-valid`);
      await expect(panel.card('OpenAI').getByText(/too long/)).toBeVisible();
      await expect(panel.card('OpenAI').getByRole('button', { name: 'Verify and save' })).toBeDisabled();
      expect(await storedItems(await panel.document(), 'BYKR')).toHaveLength(0);
    });
  });
}
