/** Locking: by whom, when, and what comes too late. */
import { words } from '../web/panel/words.ts';
import { inject, injectClock, shiftClock } from './support/inject.ts';
import { keyOf } from './support/keys.ts';
import { forms, goodPassword, Panel } from './support/panel.ts';
import { expect, test } from './support/test.ts';

const minute = 60_000;
const nextPassword = 'another password that is good 8';

/** Every derivation takes two seconds more. */
const slowDeriving = `
  const { postMessage } = globalThis;
  if (!globalThis.document && /deriver/.test(location.pathname)) {
    globalThis.postMessage = (...args) => setTimeout(() => postMessage.apply(globalThis, args), 2000);
  }
`;

for (const form of forms) {
  test.describe(form, () => {
    test.use({ form });

    test('E17: after five wrong passwords there is a wait, which a reload does not shorten', async ({
      panel,
      context,
    }) => {
      await injectClock(context);
      await panel.openAndCreate();
      await panel.lock();
      const waits = panel.region.getByText(words.unlock.tooMany);
      const fail = async (): Promise<void> => {
        await panel.password.fill('not the password');
        await panel.button('Unlock').click();
        await expect(panel.region.getByText('Wrong password')).toBeVisible();
      };
      for (let attempt = 0; attempt < 4; attempt++) {
        await fail();
        await expect(waits).toBeHidden();
      }
      // The fifth, sixth and seventh cost 10, 20 and 40 seconds.
      for (const seconds of [10, 20, 40]) {
        await fail();
        await expect(waits).toBeVisible();
        await expect(panel.button('Unlock')).toBeDisabled();
        if (seconds === 40) break;
        await shiftClock(await panel.document(), { wall: seconds * 1000, mono: seconds * 1000 });
        await expect(panel.button('Unlock')).toBeEnabled();
      }
      await panel.page.reload();
      await expect(waits).toBeVisible();
      await panel.password.fill(goodPassword);
      await expect(panel.button('Unlock')).toBeDisabled();
      await shiftClock(await panel.document(), { wall: 80_000, mono: 80_000 });
      await panel.unlock();
    });

    test('E18: a lock during a key test wins, and the key is not stored', async ({ panel }) => {
      const key = keyOf('OpenAI', 'slow');
      await panel.openAndCreate();
      await panel.enter('OpenAI', key.value);
      await panel.lock();
      await panel.unlock();
      await expect(panel.card('OpenAI').getByRole('button', { name: 'Test', exact: true })).toBeHidden();
      await expect(panel.card('OpenAI')).not.toContainText(key.preview);
    });

    test('E19: the first use after a sleep beyond the deadline is refused, before any timer fires', async ({
      panel,
      context,
    }) => {
      await injectClock(context);
      const key = keyOf('OpenAI');
      await panel.openAndCreate();
      await panel.add('OpenAI', key.value);
      await shiftClock(await panel.document(), { wall: 31 * minute });
      const requests: string[] = [];
      context.on('request', (request) => requests.push(request.url()));
      await panel.card('OpenAI').getByRole('button', { name: 'Test', exact: true }).click();
      await expect(panel.password).toBeVisible();
      await expect(panel.region.getByText(words.locks.idle)).toBeVisible();
      expect(requests.filter((url) => url.includes('testByokKey'))).toEqual([]);
    });

    test('E19: coming back to the page checks the deadline', async ({ panel, context }) => {
      await injectClock(context);
      await panel.openAndCreate();
      const document = await panel.document();
      await shiftClock(document, { wall: 31 * minute });
      await document
        .evaluate(() => globalThis.document.dispatchEvent(new Event('visibilitychange')))
        .catch(() => undefined);
      await expect(panel.password).toBeVisible();
    });

    test('acting keeps the vault open, up to twelve hours', async ({ panel, context }) => {
      await injectClock(context);
      await panel.openAndCreate();
      const document = await panel.document();
      for (let hour = 0; hour < 12; hour += 0.4) {
        await shiftClock(document, { wall: 24 * minute, mono: 24 * minute });
        if (hour < 11.5) await panel.act();
      }
      await shiftClock(document, { wall: 10 * minute, mono: 10 * minute });
      await document
        .evaluate(() => globalThis.document.dispatchEvent(new Event('visibilitychange')))
        .catch(() => undefined);
      await expect(panel.region.getByText(words.locks.absolute_limit)).toBeVisible();
    });

    test('E20: a clock set back by more than half a minute locks', async ({ panel, context }) => {
      await injectClock(context);
      await panel.openAndCreate();
      const document = await panel.document();
      await shiftClock(document, { wall: -29_000 });
      await panel.act();
      await expect(panel.button('Lock')).toBeVisible();
      await shiftClock(document, { wall: -10_000 });
      await document
        .evaluate(() => globalThis.document.dispatchEvent(new Event('visibilitychange')))
        .catch(() => undefined);
      await expect(panel.region.getByText(words.locks.clock_changed)).toBeVisible();
    });

    test('E21: leaving the page locks, and coming back shows a locked panel with empty fields', async ({
      panel,
      site,
    }) => {
      const key = keyOf('OpenAI');
      await panel.openAndCreate();
      await panel.fillKey('OpenAI', key.value);
      await panel.page.goto(panel.form === 'alone' ? site.app : site.vault);
      await panel.page.goBack();
      await expect(panel.password).toBeVisible();
      await expect(panel.password).toHaveValue('');
      await expect(panel.button('Unlock')).toBeVisible();
      await expect(panel.region).not.toContainText(key.preview);
    });

    test('the Lock button locks every tab; each unlocks for itself', async ({ panel, context, site }) => {
      await panel.openAndCreate();
      const second = new Panel(await context.newPage(), site, form);
      await second.open();
      await expect(second.password).toBeVisible();
      await second.unlock();
      await second.button('Lock').click();
      await expect(panel.password).toBeVisible();
      await expect(panel.button('Unlock')).toBeVisible();
    });
  });
}

test.describe('a lock during a derivation', () => {
  test.use({ form: 'embedded' });

  test.beforeEach(async ({ context }) => {
    await inject(context, 'slow deriving', slowDeriving);
  });

  const lockFromApp = (panel: Panel): Promise<void> =>
    panel.page.evaluate(() =>
      (document.querySelector('byok-vault') as unknown as { lock(): Promise<void> }).lock(),
    );

  test('E18: wins over an unlock', async ({ panel }) => {
    await panel.openAndCreate();
    await panel.lock();
    await panel.password.fill(goodPassword);
    await panel.button('Unlock').click();
    await lockFromApp(panel);
    await panel.page.waitForTimeout(2500);
    await expect(panel.button('Lock')).toBeHidden();
    await panel.unlock();
  });

  test('E18: wins over the creation of a vault', async ({ panel }) => {
    await panel.open();
    await panel.password.fill(goodPassword);
    await panel.textbox('Confirm password').fill(goodPassword);
    await panel.button('Create vault').click();
    await lockFromApp(panel);
    await panel.page.waitForTimeout(2500);
    await expect(panel.button('Lock')).toBeHidden();
    await expect(panel.password).toBeVisible();
  });

  test('E18: wins over a password change, and the old password still opens', async ({ panel }) => {
    await panel.openAndCreate();
    await panel.fillChangePassword(goodPassword, nextPassword);
    await panel.dialog.getByRole('button', { name: 'Change password', exact: true }).click();
    await lockFromApp(panel);
    await panel.page.waitForTimeout(2500);
    await expect(panel.button('Lock')).toBeHidden();
    await panel.unlock();
  });
});
