/** What comes in the middle of something else: a lock, a slow network, another tab, a store that lost a row. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Page } from '@playwright/test';
import { errorText, words } from '../web/panel/words.ts';
import { hold } from './support/hold.ts';
import { keyOf } from './support/keys.ts';
import { goodPassword, Panel } from './support/panel.ts';
import { expect, test } from './support/test.ts';

/** What another tab's `Lock` says to this one. */
async function lockFromElsewhere(page: Page): Promise<void> {
  await page.evaluate(() => {
    const channel = new BroadcastChannel('byok-vault');
    channel.postMessage({ kind: 'lock' });
    channel.close();
  });
}

test('E18: a lock wins over a creation that waits for the platform', async ({ panel, page }) => {
  await panel.open();
  await expect(panel.region.getByText(/^Keys will be used for/)).toBeVisible();
  const held = await hold(page, '**/byok/**');
  const deriver = page.waitForEvent('worker', (worker) => worker.url().includes('deriver'));
  await panel.password.fill(goodPassword);
  await panel.textbox('Confirm password').fill(goodPassword);
  await panel.button('Create vault').click();
  await (await deriver).waitForEvent('close');
  await held.asked;
  await lockFromElsewhere(page);
  held.letGo();
  await expect(panel.region.getByText(errorText('superseded'))).toBeVisible();
  await page.reload();
  await expect(panel.button('Create vault')).toBeVisible();
});

test('E18: a lock wins over a creation that waits for the list of passwords, and another can be begun', async ({
  panel,
  page,
}) => {
  const held = await hold(page, '**/common-passwords*');
  await panel.open();
  await panel.password.fill(goodPassword);
  await panel.textbox('Confirm password').fill(goodPassword);
  await panel.button('Create vault').click();
  await held.asked;
  await lockFromElsewhere(page);
  held.letGo();
  await expect(panel.region.getByText(errorText('superseded'))).toBeVisible();
  await panel.create();
});

test('E4: a password changed in another tab while this one unlocks is told as that, and not as a wrong one', async ({
  panel,
  page,
  context,
  site,
}) => {
  await panel.openAndCreate();
  await panel.lock();
  const other = new Panel(await context.newPage(), site, 'alone');
  await other.open();
  await other.unlock();
  const held = await hold(page, '**/worker*.js');
  await panel.inFront();
  await panel.password.fill(goodPassword);
  await panel.button('Unlock').click();
  await held.asked;
  await other.inFront();
  const changed = 'another battery staple horse 8';
  await other.fillChangePassword(goodPassword, changed);
  await other.dialog.getByRole('button', { name: 'Change password', exact: true }).click();
  await expect(other.dialog).toBeHidden();
  held.letGo();
  await panel.inFront();
  await expect(panel.region.getByText(errorText('vault_changed'))).toBeVisible();
  await panel.unlock(changed);
});

test('E17: a new password that is refused does not count as a wrong one', async ({ panel }) => {
  await panel.openAndCreate();
  await panel.fillChangePassword(goodPassword, 'password');
  for (let tries = 0; tries < 7; tries += 1) {
    await panel.dialog.getByRole('button', { name: words.changePassword.submit }).click();
    await expect(panel.dialog.getByRole('alert')).toHaveText(errorText('password_common'));
    for (const [name, value] of [
      [words.currentPassword, goodPassword],
      [words.newPassword, 'password'],
      [words.confirmNewPassword, 'password'],
    ] as const)
      await panel.dialog.getByRole('textbox', { name, exact: true }).fill(value);
  }
  await panel.dialog.getByRole('button', { name: words.cancel }).click();
  await panel.lock();
  await panel.unlock();
});

test('E24: what is left of a vault without its header is told as damaged, and can be deleted', async ({
  panel,
  page,
}) => {
  await panel.openAndCreate();
  await panel.add('OpenAI', keyOf('OpenAI').value);
  await page.evaluate(
    () =>
      new Promise<void>((resolve) => {
        indexedDB.open('byok-vault').onsuccess = ({ target }) => {
          const database = (target as IDBOpenDBRequest).result;
          const transaction = database.transaction('vault', 'readwrite');
          transaction.objectStore('vault').delete('header');
          transaction.oncomplete = () => {
            database.close();
            resolve();
          };
        };
      }),
  );
  await page.reload();
  await panel.password.fill(goodPassword);
  await panel.button('Unlock').click();
  await expect(panel.region.getByText(errorText('header_damaged'))).toBeVisible();
  await panel.startOver();
  await panel.create();
});

test('E30: a platform that was silent at first is asked again, and the user can be confirmed then', async ({
  panel,
  page,
}) => {
  await page.route('**/byok/**', (route) => route.abort());
  await panel.openAndCreate();
  await expect(panel.region.getByText(words.user.offline)).toBeVisible();
  await page.unroute('**/byok/**');
  const { value, preview } = keyOf('OpenAI');
  await panel.enter('OpenAI', value);
  await panel.confirmUser();
  await expect(panel.region.getByText(/^Keys will be used for/)).toBeVisible();
  await expect(panel.card('OpenAI')).toContainText(preview);
});

test('E4: without BroadcastChannel the vault works, and a tab left behind locks at its next change', async ({
  panel,
  context,
}) => {
  await context.addInitScript(() => {
    Reflect.deleteProperty(globalThis, 'BroadcastChannel');
  });
  await panel.openAndCreate();
  const other = await context.newPage();
  await other.goto(panel.site.vault);
  await other.getByText(words.unlock.forgot).click();
  await other.getByRole('button', { name: words.settings.startOver }).click();
  await other.getByRole('textbox', { name: /^Type/ }).fill(words.startOver.phrase);
  await other.getByRole('button', { name: words.startOver.submit }).click();
  await expect(other.getByRole('button', { name: 'Create vault' })).toBeVisible();
  await panel.enter('OpenAI', keyOf('OpenAI').value);
  // It locks, and the document after the lock finds no vault.
  await expect(panel.button('Create vault')).toBeVisible();
});

test('E4: without BroadcastChannel, a tab whose vault was replaced by another writes nothing over that', async ({
  panel,
  context,
}) => {
  await context.addInitScript(() => {
    Reflect.deleteProperty(globalThis, 'BroadcastChannel');
  });
  await panel.openAndCreate();
  const other = new Panel(await context.newPage(), panel.site, 'alone');
  await other.open();
  await other.startOver();
  await other.create('another battery staple horse 8');
  // Both vaults are at their first revision.
  await panel.enter('OpenAI', keyOf('OpenAI').value);
  await expect(panel.button('Unlock')).toBeVisible();
  await panel.unlock('another battery staple horse 8');
  await expect(panel.region.getByText(words.damage.title)).toBeHidden();
  await expect(panel.card('OpenAI')).toContainText(words.card.none);
});

test('E38: who signs in between the question and the answer is not the one that was accepted', async ({
  panel,
  context,
}) => {
  await panel.openAndCreate();
  await panel.lock();
  await context.clearCookies();
  await panel.unlock();
  const asked = await panel.button(/^Use for/).innerText();
  await context.clearCookies();
  await panel.confirmUser();
  // Asked again, about whom it is now.
  await expect(panel.button(/^Use for/)).not.toHaveText(asked);
  await expect(panel.region.getByText(/^Keys will be used for/)).toBeHidden();
  await panel.confirmUser();
  await expect(panel.region.getByText(/^Keys will be used for/)).toBeVisible();
});

test('the focus stays in the panel when the view that held it goes', async ({ panel, page }) => {
  await panel.openAndCreate();
  const title = panel.region.getByRole('heading', { name: words.region });
  await expect(title).toBeFocused();
  await panel.button('Lock').press('Enter');
  await expect(title).toBeFocused();
  await panel.password.fill(goodPassword);
  await page.keyboard.press('Enter');
  await expect(panel.button('Lock')).toBeVisible();
  await expect(title).toBeFocused();
});

test('a key stays in its field while the card that it would go to is busy', async ({ panel, page }) => {
  await panel.openAndCreate();
  const held = await hold(page, '**/byok/testByokKey*');
  const { value } = keyOf('OpenAI');
  await panel.enter('OpenAI', value);
  await held.asked;
  await panel.fillKey('Gemini', value);
  await panel
    .card('Gemini')
    .getByRole('button', { name: words.shape.use('OpenAI') })
    .click();
  await sleep(100);
  await expect(panel.card('Gemini').getByRole('textbox')).toHaveAccessibleDescription(
    new RegExp(words.characters(value.length)),
  );
  held.letGo();
  await expect(panel.card('OpenAI').getByRole('button', { name: 'Test', exact: true })).toBeVisible();
});
