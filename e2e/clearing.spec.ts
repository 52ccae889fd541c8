/** E33: which acts have the platform forget the keys that jobs wait with, seen as requests; and what a vault tells of its locks. */
import type { Page } from '@playwright/test';
import { words } from '../web/panel/words.ts';
import { call, openApp, sealIn, type Sealed } from './support/app.ts';
import { injectClock, shiftClock } from './support/inject.ts';
import { keyOf } from './support/keys.ts';
import { goodPassword, Panel } from './support/panel.ts';
import { callsOf, hearCalls, reportedLocks } from './support/platform.ts';
import { expect, test } from './support/test.ts';

test('E33: the Lock button, and a key that is replaced or deleted, have waiting keys forgotten; a first key has not', async ({
  page,
  context,
  site,
}) => {
  const heard = hearCalls(context);
  const cleared = (): number => callsOf(heard, 'clearByokKeys').length;
  const panel = new Panel(page, site, 'embedded');
  await panel.openAndCreate();
  const key = keyOf('OpenAI');
  await panel.add('OpenAI', key.value);
  await panel.update('OpenAI', key.value);
  await expect(panel.card('OpenAI').getByText(words.outcome.alreadyThere)).toBeVisible();
  expect(cleared()).toBe(0);
  await panel.update('OpenAI', keyOf('OpenAI', 'restricted').value);
  await expect(
    panel.card('OpenAI').getByText(words.verdicts.restricted.label, { exact: true }),
  ).toBeVisible();
  await expect.poll(cleared).toBe(1);
  await panel.card('OpenAI').getByRole('button', { name: 'Delete', exact: true }).click();
  await panel.press(panel.dialog.getByRole('button', { name: words.remove.submit }));
  await expect.poll(cleared).toBe(2);
  await panel.lock();
  await expect.poll(cleared).toBe(3);
  await expect(panel.region.getByText(words.locks.asked)).toBeVisible();
  await panel.startOver();
  await expect.poll(cleared).toBe(4);
  expect(new Set(callsOf(heard, 'clearByokKeys').map(({ origin }) => origin))).toEqual(new Set([site.vault]));
  await expect.poll(() => reportedLocks(heard)).toEqual(['asked']);
});

test('E33: the time, the app and another tab lock without that, and each is told by its reason', async ({
  page,
  context,
  site,
}) => {
  test.slow();
  await injectClock(context);
  const heard = hearCalls(context);
  const maker = new Panel(await context.newPage(), site, 'alone');
  await maker.openAndCreate();
  await openApp(page, site);
  const panel = new Panel(page, site, 'embedded');
  await panel.unlock();

  // In the app's page; the other tab hears of it.
  expect(await call(page, 'lock')).toBe('done');
  await expect(panel.region.getByText(words.locks.app)).toBeVisible();
  await expect(maker.region.getByText(words.locks.other_tab)).toBeVisible();
  await panel.unlock();
  const document = await panel.document();
  await shiftClock(document, { wall: 31 * 60_000 });
  await document
    .evaluate(() => globalThis.document.dispatchEvent(new Event('visibilitychange')))
    .catch(() => undefined);
  await expect(panel.region.getByText(words.locks.idle)).toBeVisible();
  await panel.unlock();
  await page.goto(`${site.app}/icon.svg`);
  await expect.poll(() => reportedLocks(heard)).toEqual(expect.arrayContaining(['app', 'other_tab', 'idle']));
  expect(callsOf(heard, 'clearByokKeys')).toEqual([]);
  expect(reportedLocks(heard)).not.toContain('asked');
});

/** The app hands over keys as for a job. @returns the code of a refusal, or `cached`. */
function cacheIn(page: Page, sealed: readonly Sealed[]): Promise<string> {
  const keys = JSON.stringify(Object.fromEntries(sealed.map((key) => [key.provider, key.sealed])));
  return page.evaluate(async (header) => {
    const response = await fetch('/byok/cacheByokKeys', {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', 'X-BYOK-Keys': header },
    });
    const { error } = (await response.json()) as { error?: { message: string } };
    return error?.message ?? 'cached';
  }, keys);
}

test('E33: what was sealed before the Lock button is refused by the platform from then on; another lock changes nothing', async ({
  page,
  site,
}) => {
  const panel = new Panel(page, site, 'embedded');
  await panel.openAndCreate();
  await panel.add('OpenAI', keyOf('OpenAI').value);
  const sealed = async (): Promise<Sealed[]> => (await sealIn(page, 'openai')) as Sealed[];
  const first = await sealed();
  expect(await cacheIn(page, first)).toBe('cached');
  expect(await call(page, 'lock')).toBe('done');
  await panel.unlock();
  expect(await cacheIn(page, first)).toBe('cached');
  await panel.lock();
  await expect.poll(() => cacheIn(page, first)).toBe('key_cleared');
  await panel.unlock();
  expect(await cacheIn(page, await sealed())).toBe('cached');
  // Sealed at once after the old key was replaced.
  await panel.update('OpenAI', keyOf('OpenAI').value);
  await expect(panel.card('OpenAI').getByText(words.outcome.saved)).toBeVisible();
  const next = await sealed();
  expect(await cacheIn(page, first)).toBe('key_cleared');
  expect(await cacheIn(page, next)).toBe('cached');
});

test('a wrong password is told as that, and nothing of it', async ({ page, context, site }) => {
  const heard = hearCalls(context);
  const panel = new Panel(page, site, 'alone');
  await panel.openAndCreate();
  await panel.lock();
  await panel.password.fill('not the password');
  await panel.button('Unlock').click();
  await expect(panel.region.getByText('Wrong password')).toBeVisible();
  await panel.unlock(goodPassword);
  await expect
    .poll(() => callsOf(heard, 'recordByokEvents').map(({ body }) => body))
    .toEqual([[{ event: 'vault_locked', reason: 'asked' }], [{ event: 'unlock_failed' }]]);
});

test('a key that is stored is told as that: of which provider, and nothing else', async ({
  page,
  context,
  site,
}) => {
  const heard = hearCalls(context);
  const panel = new Panel(page, site, 'alone');
  await panel.openAndCreate();
  await panel.add('OpenAI', keyOf('OpenAI').value);
  await expect
    .poll(() => callsOf(heard, 'recordByokEvents').map(({ body }) => body))
    .toEqual([[{ event: 'key_stored', provider: 'openai' }]]);
});

test('a platform that does not answer keeps no one from locking or deleting', async ({
  page,
  context,
  site,
}) => {
  const panel = new Panel(page, site, 'alone');
  await panel.openAndCreate();
  await panel.add('OpenAI', keyOf('OpenAI').value);
  for (const name of ['clearByokKeys', 'recordByokEvents', 'receipts'])
    await context.route(`**/byok/${name}`, () => undefined);
  await panel.card('OpenAI').getByRole('button', { name: 'Delete', exact: true }).click();
  await panel.press(panel.dialog.getByRole('button', { name: words.remove.submit }));
  await expect(panel.card('OpenAI').getByRole('button', { name: 'Test', exact: true })).toBeHidden();
  await expect(panel.dialog).toBeHidden();
  await panel.lock();
});
