/** The deriver that is made ready while a password is typed: used once, and otherwise gone before anyone wonders about its memory. */
import type { Page, Worker } from '@playwright/test';
import { errorText } from '../web/panel/words.ts';
import { goodPassword, type Panel } from './support/panel.ts';
import { rewriteKdf } from './support/tamper.ts';
import { expect, test } from './support/test.ts';

const nextPassword = 'another password that is good 8';
/** What a worker that is ended may take to be gone, on a busy machine. */
const atOnceMs = 1_000;
/** Chromium gives code that runs two seconds to come to its end, whose result nobody hears of any more. */
const graceMs = 2_000;

function derivers(page: Page): Worker[] {
  return page.workers().filter((worker) => worker.url().includes('deriver'));
}

/** How many derivers the page starts from now on. */
function countStarts(page: Page): () => number {
  let started = 0;
  page.on('worker', (worker) => {
    if (worker.url().includes('deriver')) started += 1;
  });
  return () => started;
}

async function areGone(page: Page, withinMs = atOnceMs): Promise<void> {
  await expect.poll(() => derivers(page).length, { timeout: withinMs, intervals: [20] }).toBe(0);
}

/** A locked vault with a password typed but not sent. */
async function typeAtLocked(panel: Panel): Promise<void> {
  await panel.openAndCreate();
  await panel.lock();
  await panel.password.fill(goodPassword);
  await expect.poll(() => derivers(panel.page).length).toBe(1);
}

/** What another tab's `Lock` says to this one. */
async function lockFromElsewhere(page: Page): Promise<void> {
  await page.evaluate(() => {
    const channel = new BroadcastChannel('byok-vault');
    channel.postMessage({ kind: 'lock' });
    channel.close();
  });
}

test('a new vault, an unlock and a new password each derive where it was prepared, and end that', async ({
  panel,
  page,
}) => {
  const started = countStarts(page);
  await panel.open();
  await panel.password.fill(goodPassword);
  await expect.poll(started).toBe(1);
  await panel.create();
  expect(started()).toBe(1);
  await areGone(page);

  await panel.fillChangePassword(goodPassword, nextPassword);
  await expect.poll(started).toBe(2);
  await panel.dialog.getByRole('button', { name: 'Change password', exact: true }).click();
  await expect(panel.dialog).toBeHidden();
  expect(started()).toBe(2);
  await areGone(page);

  await panel.lock();
  await panel.password.fill(nextPassword);
  await expect.poll(started).toBe(3);
  await panel.unlock(nextPassword);
  expect(started()).toBe(3);
  await areGone(page);
});

test('who types and does not go on has it for a minute, and again with the next letter', async ({
  panel,
  page,
}) => {
  await page.clock.install();
  await typeAtLocked(panel);
  await page.clock.runFor(59_000);
  expect(derivers(page)).toHaveLength(1);
  await page.clock.runFor(1_100);
  await areGone(page);
  await panel.password.press('x');
  await expect.poll(() => derivers(page).length).toBe(1);
  await panel.unlock();
});

test('it is gone once the page is hidden', async ({ panel, page }) => {
  await typeAtLocked(panel);
  const hide = (state: 'hidden' | 'visible'): Promise<void> =>
    page.evaluate((value) => {
      Object.defineProperty(document, 'visibilityState', { value, configurable: true });
      document.dispatchEvent(new Event('visibilitychange'));
    }, state);
  await hide('hidden');
  await areGone(page);
  await panel.password.press('x');
  expect(derivers(page)).toHaveLength(0);
  await hide('visible');
  await panel.unlock();
});

test('it is gone once another tab locks, and once the page is left', async ({ panel, page, site }) => {
  await typeAtLocked(panel);
  await lockFromElsewhere(page);
  await areGone(page);
  await panel.password.press('x');
  await expect.poll(() => derivers(page).length).toBe(1);
  const [deriver] = derivers(page);
  const closed = deriver?.waitForEvent('close', { timeout: atOnceMs });
  await page.goto(site.app);
  await closed;
});

// As much work as takes seconds, so that what has ended at once did not end by itself.
for (const [when, pressed] of [
  ['while it is made ready', false],
  ['in the middle of an unlock', true],
] as const) {
  test(`E18: a lock ${when} ends the deriver, and the panel does not wait for that`, async ({
    panel,
    page,
  }) => {
    await panel.openAndCreate();
    await rewriteKdf(page, 512 * 1024, 8);
    await panel.lock();
    await panel.password.fill(goodPassword);
    await expect.poll(() => derivers(page).length, { intervals: [5] }).toBe(1);
    if (pressed) {
      await panel.button('Unlock').click();
      await page.waitForTimeout(500);
      expect(derivers(page)).toHaveLength(1);
    }
    await lockFromElsewhere(page);
    if (pressed)
      await expect(panel.region.getByText(errorText('superseded'))).toBeVisible({ timeout: atOnceMs });
    await expect(panel.button('Unlock')).toBeEnabled({ timeout: atOnceMs });
    await areGone(page, graceMs + atOnceMs);
    await expect(panel.button('Lock')).toBeHidden();
  });
}
