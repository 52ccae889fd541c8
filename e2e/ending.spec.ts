/** A lock ends the frame: whoever locked, the document that held what was typed goes, and a fresh one takes its place. */
import type { Frame, Page } from '@playwright/test';
import type { LockReason } from '../web/core/types.ts';
import { words } from '../web/panel/words.ts';
import { call, heardStates, openApp, type VaultElement } from './support/app.ts';
import { inject, injectClock, shiftClock } from './support/inject.ts';
import { keyOf } from './support/keys.ts';
import { goodPassword, Panel } from './support/panel.ts';
import { callsOf, hearCalls, reportedLocks } from './support/platform.ts';
import type { Site } from './support/site.ts';
import { expect, test } from './support/test.ts';

/** An app with the vault unlocked in it, which has one key. */
async function openUnlocked(page: Page, site: Site): Promise<Panel> {
  const maker = new Panel(await page.context().newPage(), site, 'alone');
  await maker.openAndCreate();
  await maker.add('OpenAI', keyOf('OpenAI').value);
  await maker.page.close();
  await openApp(page, site);
  const app = new Panel(page, site, 'embedded');
  await app.unlock();
  return app;
}

/** Lets this very document be told from the one after it. */
async function mark(document: Page | Frame): Promise<void> {
  await document.evaluate(() => {
    Object.assign(window, { marked: true });
  });
}

async function expectFresh(panel: Panel): Promise<void> {
  await expect(panel.password).toBeVisible();
  await expect(panel.password).toHaveValue('');
  await expect
    .poll(async () => (await panel.document()).evaluate(() => 'marked' in window).catch(() => true))
    .toBe(false);
}

const lockFromElsewhere = async (page: Page, site: Site): Promise<void> => {
  const other = await page.context().newPage();
  await other.goto(`${site.vault}/icon.svg`);
  await other.evaluate(() => {
    new BroadcastChannel('byok-vault').postMessage({ kind: 'lock' });
  });
  await other.close();
};

const locks: Readonly<Record<string, { lock: (app: Panel) => Promise<unknown>; reason: LockReason }>> = {
  'the button': { lock: (app) => app.button('Lock').click(), reason: 'asked' },
  'another tab': { lock: (app) => lockFromElsewhere(app.page, app.site), reason: 'other_tab' },
  'the app': { lock: (app) => call(app.page, 'lock'), reason: 'app' },
  'the time': {
    lock: async (app) => {
      const document = await app.document();
      await shiftClock(document, { wall: 31 * 60_000 });
      await document.evaluate(() => globalThis.document.dispatchEvent(new Event('visibilitychange')));
    },
    reason: 'idle',
  },
  'a crash of the worker': {
    lock: (app) =>
      Promise.all(
        app.page.workers().map((worker) =>
          worker.evaluate(() => {
            setTimeout(() => {
              throw new Error('crash');
            });
          }),
        ),
      ),
    reason: 'worker_failed',
  },
};

for (const [name, { lock, reason }] of Object.entries(locks)) {
  test(`E18: locked by ${name}, the frame goes, and a fresh one says why`, async ({
    page,
    context,
    site,
  }) => {
    if (name === 'the time') await injectClock(context);
    const app = await openUnlocked(page, site);
    await mark(await app.document());
    const heights = await watchHeights(page);
    const heard = hearCalls(context);
    await lock(app);
    await expectFresh(app);
    await expect(app.region.getByText(words.locks[reason])).toBeVisible();
    // Only a person who locks takes back what jobs wait with (E33).
    await expect.poll(() => reportedLocks(heard)).toContain(reason);
    expect(callsOf(heard, 'clearByokKeys')).toHaveLength(reason === 'asked' ? 1 : 0);
    expect(await call(page, 'state')).toBe('locked');
    expect(await heardStates(page)).toEqual(['locked', 'unlocked', 'locked']);
    // From the tall panel to the locked one, and nothing lower or higher in between.
    const seen = await heights();
    const [first = 0, last = 0] = [seen[0], seen.at(-1)];
    expect(Math.min(...seen)).toBeGreaterThanOrEqual(Math.min(first, last) - 80);
    expect(Math.max(...seen)).toBe(first);
    await app.unlock();
    await app.page.reload();
  });
}

/** The heights that the element had from now on, one for each picture. */
async function watchHeights(page: Page): Promise<() => Promise<number[]>> {
  await page.locator('byok-vault').evaluate((element) => {
    const heights = [element.getBoundingClientRect().height];
    Object.assign(window, { heights });
    const look = (): void => {
      const { height } = element.getBoundingClientRect();
      if (heights.at(-1) !== height) heights.push(height);
      requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
  });
  return () => page.evaluate(() => (window as unknown as { heights: number[] }).heights);
}

test('out of sight, no frame is there until someone presses Unlock or the app asks', async ({
  page,
  site,
}) => {
  await openUnlocked(page, site);
  await page.locator('byok-vault').evaluate(async (found) => {
    found.style.marginBlockStart = '5000px';
    await (found as VaultElement).lock();
  });
  const frame = page.locator('byok-vault iframe');
  await expect(frame).toHaveCount(0);
  await page.waitForTimeout(600);
  await expect(frame).toHaveCount(0);
  await page.getByRole('button', { name: 'Unlock', exact: true }).click();
  const app = new Panel(page, site, 'embedded');
  await expect(app.password).toBeFocused();
  await app.unlock();
  await page.locator('byok-vault').evaluate(async (found) => {
    found.scrollIntoView();
    scrollTo(0, 0);
    await (found as VaultElement).lock();
  });
  await expect(frame).toHaveCount(0);
  expect(await call(page, 'state')).toBe('locked');
  await expect(frame).toHaveCount(1);
});

test('the focus that was in the frame goes to Unlock, and then into the fresh frame', async ({
  page,
  site,
}) => {
  const app = await openUnlocked(page, site);
  await app.button('Lock').press('Enter');
  await expect(app.password).toBeVisible();
  await expect(app.region.getByRole('heading', { name: words.region })).toBeFocused();
});

test('the focus that was in the app stays there', async ({ page, site }) => {
  const app = await openUnlocked(page, site);
  const button = page.getByRole('button', { name: 'Run a job' });
  await button.focus();
  await call(page, 'lock');
  await expect(app.password).toBeVisible();
  await expect(button).toBeFocused();
});

test('E18: calls under way at a lock end: lock resolves, seal is refused, state is true', async ({
  page,
  site,
}) => {
  // The platform does not answer, so that sealing can't end before the lock.
  await page.route('**/byok/**', () => undefined);
  await openUnlocked(page, site);
  const ends = await page.locator('byok-vault').evaluate(async (found) => {
    const element = found as VaultElement;
    const code = (error: unknown): string => (error as { code: string }).code;
    const sealed = element.seal(['openai']).then(() => 'sealed', code);
    const locked = element.lock().then(() => 'locked', code);
    const state = element.state().catch(code);
    return [await sealed, await locked, await state, await element.state()];
  });
  // The third was asked before the lock was done: both answers are true.
  expect(ends).toEqual(['locked', 'locked', expect.stringMatching(/^(un)?locked$/), 'locked']);
});

test('mode unlock: after a lock, the next seal asks for the password in a fresh frame', async ({
  page,
  site,
}) => {
  await openUnlocked(page, site);
  await openApp(page, site, 'unlock');
  const app = new Panel(page, site, 'embedded');
  for (let round = 0; round < 2; round++) {
    const sealed = call(page, 'seal');
    await app.answer();
    // The key was saved elsewhere: this app is asked for once.
    if (round === 0) await app.press(app.button(words.dialogAllow.allow));
    expect(await sealed).toBe('done');
    await mark(await app.document());
    expect(await call(page, 'lock')).toBe('done');
    await expect(page.getByRole('button', { name: 'Unlock', exact: true })).toBeHidden();
    expect(await call(page, 'state')).toBe('locked');
    expect(await (await app.document()).evaluate(() => 'marked' in window)).toBe(false);
  }
});

test('an app that keeps the frame of a locked vault keeps nothing of its document', async ({
  page,
  site,
}) => {
  const app = await openUnlocked(page, site);
  await page.evaluate(
    (src) =>
      new Promise<void>((resolve) => {
        const frame = document.createElement('iframe');
        frame.src = src;
        frame.addEventListener(
          'load',
          () => {
            const { port1, port2 } = new MessageChannel();
            port1.onmessage = ({ data }: MessageEvent<{ type: string }>) => {
              if (data.type === 'ready') resolve();
            };
            frame.contentWindow?.postMessage('byok-vault/1', '*', [port2]);
          },
          { once: true },
        );
        frame.height = '800';
        document.querySelector('byok-vault')?.replaceWith(frame);
      }),
    `${site.vault}/`,
  );
  const inside = page.frameLocator('iframe');
  const password = inside.getByRole('textbox', { name: 'Vault password', exact: true });
  await password.fill(goodPassword);
  await password.press('Enter');
  const lock = inside.getByRole('button', { name: 'Lock', exact: true });
  await expect(lock).toBeVisible();
  const frame = page.frames()[1];
  if (frame === undefined) throw new Error('no frame');
  await mark(frame);
  await lock.click();
  await expect(inside.getByRole('textbox')).toHaveCount(0);
  await expect.poll(() => frame.evaluate(() => 'marked' in window).catch(() => true)).toBe(false);
  expect(app.form).toBe('embedded');
});

for (const form of ['embedded', 'alone'] as const) {
  test(`${form}: E21: out of the back/forward cache comes a fresh document`, async ({
    page,
    context,
    site,
  }) => {
    // The real cache is off under this driver; the events are what a page has of it.
    await inject(
      context,
      'cache',
      `addEventListener('message', ({ data }) => {
         if (data === 'pagehide' || data === 'pageshow')
           dispatchEvent(new PageTransitionEvent(data, { persisted: true }));
       });`,
    );
    const panel = new Panel(page, site, form);
    await panel.openAndCreate();
    await panel.add('OpenAI', keyOf('OpenAI').value);
    await mark(await panel.document());
    const say = (what: string): Promise<void> =>
      page.evaluate((event) => {
        dispatchEvent(new PageTransitionEvent(event, { persisted: true }));
      }, what);
    await say('pagehide');
    if (form === 'embedded') await expect(page.locator('byok-vault iframe')).toHaveCount(0);
    else await expect(panel.inside.getByRole('textbox')).toHaveCount(0);
    await say('pageshow').catch(() => undefined);
    await expectFresh(panel);
    await panel.unlock();
  });
}

test('by itself: a lock leaves for a fresh document that says why, with the focus on its title', async ({
  page,
  site,
}) => {
  const panel = new Panel(page, site, 'alone');
  await panel.openAndCreate();
  await mark(page);
  await lockFromElsewhere(page, site);
  await expectFresh(panel);
  await expect(panel.region.getByText(words.locks.other_tab)).toBeVisible();
  await expect(panel.region.getByRole('heading', { name: words.region })).toBeFocused();
  await panel.unlock();
  await page.reload();
  await expect(panel.password).toBeVisible();
  await expect(panel.region.getByText(words.locks.other_tab)).toBeHidden();
});
