/** `<byok-vault>` where an app is careless with it: out of sight, twice on a page, loaded again. */
import type { Page } from '@playwright/test';
import type { VaultElement } from './support/app.ts';
import { injectClock, shiftClock } from './support/inject.ts';
import { keyOf } from './support/keys.ts';
import { goodPassword, Panel } from './support/panel.ts';
import type { Site } from './support/site.ts';
import { expect, test } from './support/test.ts';

/** The demo app's page with nothing but a button and `count` elements in it, whose vault is there, allows the app, and is locked. */
async function openApp(page: Page, site: Site, count: number): Promise<void> {
  const panel = new Panel(await page.context().newPage(), site, 'embedded');
  await panel.openAndCreate();
  await panel.add('OpenAI', keyOf('OpenAI').value);
  await panel.page.close();
  await page.bringToFront();
  await page.goto(site.app);
  await page.evaluate(
    async ([src, n]) => {
      const elements = Array.from({ length: n }, () => document.createElement('byok-vault') as VaultElement);
      for (const element of elements) element.setAttribute('src', src);
      const button = document.createElement('button');
      button.textContent = 'Run a job';
      document.body.replaceChildren(button, ...elements);
      for (const element of elements) await element.state();
    },
    [`${site.vault}/`, count] as const,
  );
}

function seal(page: Page, nth = 0): Promise<string> {
  return page
    .locator('byok-vault')
    .nth(nth)
    .evaluate((element) =>
      (element as VaultElement).seal(['openai']).then(
        () => 'sealed',
        (error: unknown) => (error as { code: string }).code,
      ),
    );
}

test('E37: an element that the app keeps out of sight refuses, and leaves the page usable', async ({
  page,
  site,
}) => {
  await openApp(page, site, 1);
  await page.locator('byok-vault').evaluate((element) => {
    element.setAttribute('hidden', '');
  });
  expect(await seal(page)).toBe('user_declined');
  await page.getByRole('button', { name: 'Run a job' }).click({ timeout: 2000 });
});

test('E37: two elements that ask at once are answered one after the other', async ({ page, site }) => {
  await openApp(page, site, 2);
  const first = seal(page, 0);
  await expect(page.getByRole('dialog')).toBeVisible();
  const second = seal(page, 1);
  for (const nth of [1, 0]) {
    const frame = page.locator('byok-vault').nth(nth).locator('iframe').contentFrame();
    const password = frame.getByRole('textbox', { name: 'Vault password', exact: true });
    await expect(password).toBeFocused();
    await password.fill(goodPassword);
    await password.press('Enter');
    expect(await (nth === 1 ? second : first)).toBe('sealed');
  }
  await page.getByRole('button', { name: 'Run a job' }).click({ timeout: 2000 });
});

test('a frame that loads again is there again', async ({ page, site }) => {
  await openApp(page, site, 1);
  const frame = await (await page.waitForSelector('byok-vault iframe')).contentFrame();
  if (!frame) throw new Error('the embed has no frame');
  await frame.evaluate(() => {
    location.reload();
  });
  await expect(page.frameLocator('byok-vault iframe').getByRole('button', { name: 'Unlock' })).toBeVisible();
  expect(await page.locator('byok-vault').evaluate((element) => (element as VaultElement).state())).toBe(
    'locked',
  );
});

test('E19: seal() after a sleep past the deadline asks for the password, as for any locked vault', async ({
  page,
  site,
}) => {
  await injectClock(page.context());
  await openApp(page, site, 1);
  const app = new Panel(page, site, 'embedded');
  await app.unlock();
  await shiftClock(await app.document(), { wall: 31 * 60_000 });
  const sealed = seal(page);
  await expect(page.getByRole('dialog')).toBeVisible();
  await app.answer();
  expect(await sealed).toBe('sealed');
});

test('what is in the frame stands in line with what is beside it', async ({ page, site }) => {
  await openApp(page, site, 1);
  const own = await page.locator('byok-vault').boundingBox();
  const card = await page.frameLocator('byok-vault iframe').getByRole('region').boundingBox();
  expect(card?.x).toBe(own?.x);
  expect(card?.width).toBe(own?.width);
});
