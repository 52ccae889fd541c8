/** The main job, as a person does it: once inside the demo app and once with the vault opened by itself. */
import { errorText, words } from '../web/panel/words.ts';
import { injectClock } from './support/inject.ts';
import { keyOf } from './support/keys.ts';
import { forms, goodPassword } from './support/panel.ts';
import { expect, test } from './support/test.ts';

for (const form of forms) {
  test.describe(form, () => {
    test.use({ form });

    test('a first visit offers a vault, and says what forgetting the password means', async ({ panel }) => {
      await panel.open();
      await expect(panel.password).toBeVisible();
      await expect(panel.textbox('Confirm password')).toBeVisible();
      await expect(panel.button('Unlock')).toBeHidden();
      await expect(panel.region.getByText(words.create.forgetting)).toBeVisible();
    });

    test('a password that is too short, too common, or typed differently the second time makes no vault', async ({
      panel,
    }) => {
      await panel.open();
      await panel.password.fill('short');
      await panel.textbox('Confirm password').fill('short');
      await panel.button('Create vault').click();
      await expect(panel.region.getByText(errorText('password_too_short')).first()).toBeVisible();
      await panel.password.fill('password123');
      await panel.textbox('Confirm password').fill('password123');
      await panel.button('Create vault').click();
      await expect(panel.region.getByText(errorText('password_common')).first()).toBeVisible();
      await panel.password.fill(goodPassword);
      await panel.textbox('Confirm password').fill(`${goodPassword}!`);
      await panel.button('Create vault').click();
      await expect(panel.region.getByText(words.passwordsDiffer)).toBeVisible();
      await expect(panel.button('Lock')).toBeHidden();
      await panel.page.reload();
      await expect(panel.button('Create vault')).toBeVisible();
    });

    test('create, add, test, update, lock, reload, unlock, delete', async ({ panel }) => {
      const key = keyOf('OpenAI');
      const other = keyOf('OpenAI', 'restricted');
      const card = panel.card('OpenAI');
      await panel.openAndCreate();

      await expect(card.getByRole('button', { name: 'Verify and save', exact: true })).toBeDisabled();
      await panel.add('OpenAI', key.value);
      await expect(card).toContainText(key.preview);
      await expect(card).not.toContainText(key.random);

      await card.getByRole('button', { name: 'Test', exact: true }).click();
      await expect(card.getByText(words.outcome.tested('Works'))).toBeVisible();

      await panel.update('OpenAI', other.value);
      await expect(card).toContainText(other.preview);
      await expect(card).not.toContainText(key.preview);

      await panel.lock();
      await expect(panel.region).not.toContainText(other.preview);
      await panel.page.reload();
      await panel.unlock();
      await expect(card).toContainText(other.preview);

      await card.getByRole('button', { name: 'Delete', exact: true }).click();
      await panel.dialog.getByRole('button', { name: words.cancel }).click();
      await expect(card).toContainText(other.preview);
      await card.getByRole('button', { name: 'Delete', exact: true }).click();
      await panel.dialog.getByRole('button', { name: words.remove.submit }).click();
      await expect(card).not.toContainText(other.preview);
      await expect(card.getByRole('button', { name: 'Test', exact: true })).toBeHidden();
    });

    test('the other providers are behind "More providers", and work alike', async ({ panel }) => {
      await panel.openAndCreate();
      await expect(panel.card('Mistral')).toBeHidden();
      await panel.button(words.card.more).click();
      const key = `canary${'x'.repeat(26)}-valid`;
      await panel.enter('Mistral', key);
      await expect(panel.card('Mistral')).toContainText('cana…alid');
    });

    test('E8: a changed password opens the vault, and the old one does not', async ({ panel }) => {
      const key = keyOf('Gemini');
      await panel.openAndCreate();
      await panel.add('Gemini', key.value);
      await panel.fillChangePassword(goodPassword, 'another password that is good 8');
      await panel.dialog.getByRole('button', { name: 'Change password', exact: true }).click();
      await expect(panel.dialog).toBeHidden();
      await panel.lock();
      await panel.password.fill(goodPassword);
      await panel.button('Unlock').click();
      await expect(panel.region.getByText('Wrong password')).toBeVisible();
      await panel.unlock('another password that is good 8');
      await expect(panel.card('Gemini')).toContainText(key.preview);
    });

    test('E8: a wrong current password changes nothing', async ({ panel }) => {
      await panel.openAndCreate();
      await panel.fillChangePassword('not the password at all', 'another password that is good 8');
      await panel.dialog.getByRole('button', { name: 'Change password', exact: true }).click();
      await expect(panel.dialog.getByText('Wrong password')).toBeVisible();
      await panel.page.reload();
      await panel.unlock();
    });

    test('E8: who forgot the password can start over, after typing so, and nothing is left', async ({
      panel,
    }) => {
      const key = keyOf('Gemini');
      await panel.openAndCreate();
      await panel.add('Gemini', key.value);
      await panel.page.reload();
      await expect(panel.password).toBeVisible();
      await panel.startOver();
      await expect(panel.button('Create vault')).toBeVisible();
      await panel.create('an entirely new password 9');
      await expect(panel.card('Gemini')).not.toContainText(key.preview);
    });

    test('a chosen auto-lock time survives lock and reload', async ({ panel }) => {
      await panel.openAndCreate();
      await panel.openSettings();
      await expect(panel.autoLock).toHaveValue('30');
      await panel.autoLock.selectOption('5');
      await expect(panel.inside.getByText(words.settings.saved)).toBeAttached();
      await panel.page.reload();
      await panel.unlock();
      await panel.openSettings();
      await expect(panel.autoLock).toHaveValue('5');
    });
  });
}

for (const [how, days] of [
  ['behind', -1],
  ['ahead', 1],
] as const) {
  test(`E39: with a clock a day ${how}, keys are tested and sealed all the same`, async ({
    panel,
    context,
  }) => {
    await injectClock(context, { wall: days * 24 * 60 * 60 * 1000 });
    const key = keyOf('OpenAI');
    await panel.openAndCreate();
    await panel.add('OpenAI', key.value);
    await expect(panel.card('OpenAI')).toContainText(words.verdicts.valid.label);
  });
}
