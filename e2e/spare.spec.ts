/** A browser that loses the vault's database has a second copy of it. */
import { words } from '../web/panel/words.ts';
import { keyOf } from './support/keys.ts';
import { forms, goodPassword, type Panel } from './support/panel.ts';
import { dumpStored } from './support/stored.ts';
import { expect, test } from './support/test.ts';

/** What the browser does with a database whose log it takes for damaged, which a page is not told. */
async function dropDatabase(panel: Panel): Promise<void> {
  const document = await panel.document();
  await document.evaluate(async () => {
    await new Promise((resolve, reject) => {
      const request = indexedDB.deleteDatabase('byok-vault');
      request.onsuccess = resolve;
      request.onerror = reject;
    });
  });
  await panel.page.reload();
}

for (const form of forms) {
  test.describe(form, () => {
    test.use({ form });

    test('E22: a vault whose database the browser dropped opens as it last was', async ({ panel }) => {
      const [key, next] = [keyOf('OpenAI'), keyOf('OpenAI', 'restricted')];
      await panel.openAndCreate();
      await panel.add('OpenAI', key.value);
      await dropDatabase(panel);
      await panel.unlock();
      await expect(panel.card('OpenAI')).toContainText(key.preview);
      await panel.update('OpenAI', next.value);
      await expect(panel.card('OpenAI')).toContainText(next.preview);
      await dropDatabase(panel);
      await panel.unlock();
      await expect(panel.card('OpenAI')).toContainText(next.preview);
      await expect(panel.region.getByText(words.damage.title)).toBeHidden();
    });

    test('E8: the second copy does not open with a password from before its change', async ({ panel }) => {
      const changed = 'another battery staple horse 8';
      await panel.openAndCreate();
      await panel.fillChangePassword(goodPassword, changed);
      await panel.dialog.getByRole('button', { name: 'Change password', exact: true }).click();
      await expect(panel.dialog).toBeHidden();
      await dropDatabase(panel);
      await panel.password.fill(goodPassword);
      await panel.press(panel.button('Unlock'));
      await expect(panel.region.getByText('Wrong password')).toBeVisible();
      await panel.unlock(changed);
    });

    test('E8: starting over leaves nothing in the second copy', async ({ panel }) => {
      await panel.openAndCreate();
      await panel.openSettings();
      await panel.autoLock.selectOption('5');
      const kept = await dumpStored(await panel.document());
      expect(kept.rows.filter(({ database }) => database !== 'byok-vault').length).toBeGreaterThan(1);
      await panel.fillStartOver();
      await panel.dialog.getByRole('button', { name: words.startOver.submit }).click();
      await expect(panel.button('Create vault')).toBeVisible();
      await panel.page.reload();
      await expect(panel.button('Create vault')).toBeVisible();
      const left = await dumpStored(await panel.document());
      expect(left.rows.filter(({ store }) => store !== 'local')).toEqual([]);
      // What is no part of the vault stays.
      expect(left.rows.filter(({ key }) => key === '"autoLock"')).toHaveLength(1);
      await dropDatabase(panel);
      await expect(panel.button('Create vault')).toBeVisible();
    });
  });
}
