/** What a page around the frame tries, and the frame notices: covers, stolen focus, second hellos, wrong messages, floods. */
import type { Page } from '@playwright/test';
import { hello } from '../web/embed/protocol.ts';
import { words } from '../web/panel/words.ts';
import { call, keepPorts, openApp, type VaultElement } from './support/app.ts';
import { keyOf } from './support/keys.ts';
import { goodPassword, Panel } from './support/panel.ts';
import type { Site } from './support/site.ts';
import { expect, test } from './support/test.ts';

async function openUnlocked(page: Page, site: Site): Promise<Panel> {
  await openApp(page, site);
  const app = new Panel(page, site, 'embedded');
  await app.create();
  await app.add('OpenAI', keyOf('OpenAI').value);
  return app;
}

/** Ways to keep a frame from being seen that let the pointer through. */
const covers: Readonly<Record<string, (element: HTMLElement) => void>> = {
  'something over it': () => {
    const cover = document.createElement('div');
    cover.style.cssText =
      'position: fixed; inset: 0; z-index: 9; background: white; opacity: 0.99; pointer-events: none';
    document.body.append(cover);
  },
  'an opacity of 0.1': (element) => {
    element.style.opacity = '0.1';
  },
  'a transform': (element) => {
    element.style.transform = 'rotate(0.2deg)';
  },
};

async function uncover(page: Page): Promise<void> {
  await page.evaluate(() => {
    for (const each of document.querySelectorAll<HTMLElement>('body > div, byok-vault')) {
      if (each.localName === 'byok-vault') each.removeAttribute('style');
      else each.remove();
    }
  });
}

for (const [name, cover] of Object.entries(covers)) {
  test(`under ${name}, Show and Delete wait, say why, and work once the frame is seen`, async ({
    page,
    site,
  }) => {
    const app = await openUnlocked(page, site);
    await app.fillKey('Gemini', 'something');
    const field = app.card('Gemini').getByRole('textbox');
    const show = app.card('Gemini').getByRole('button', { name: words.showWhat('Gemini API key') });
    await expect(show).toHaveAttribute('aria-disabled', 'false');
    await page.locator('byok-vault').evaluate(cover);
    await expect(show).toHaveAttribute('aria-disabled', 'true');
    await show.click({ force: true });
    await expect(app.card('Gemini').getByText(words.unseen)).toBeVisible();
    await expect(field).toHaveAttribute('type', 'password');

    await app.card('OpenAI').getByRole('button', { name: 'Delete', exact: true }).click({ force: true });
    const remove = app.dialog.getByRole('button', { name: words.remove.submit });
    await remove.press('Enter');
    await expect(app.dialog.getByText(words.unseen)).toBeVisible();
    await uncover(page);
    // Whoever looks away from the page does not see the frame either: nothing happened meanwhile.
    await expect(app.dialog.getByText(words.unseen)).toBeHidden();
    await remove.click();
    await expect(app.dialog).toBeHidden();
    await expect(app.card('OpenAI')).toContainText(words.card.none);
    await show.click();
    await expect(app.card('Gemini').getByText(words.unseen)).toBeHidden();
    await expect(
      app.card('Gemini').getByRole('button', { name: words.hideWhat('Gemini API key') }),
    ).toBeVisible();
  });
}

test('what flashes up for a press was not seen', async ({ page, site }) => {
  // Presses in the very moment in which the browser tells that the button is in sight, however slow the machine.
  await page.addInitScript(() => {
    const Original = IntersectionObserver;
    window.IntersectionObserver = class extends Original {
      constructor(callback: IntersectionObserverCallback, options?: IntersectionObserverInit) {
        super((entries, observer) => {
          callback(entries, observer);
          for (const entry of entries) {
            const { target, isVisible } = entry as IntersectionObserverEntry & { isVisible?: boolean };
            target.setAttribute('data-visible', String(isVisible));
            if (isVisible !== true || !target.classList.contains('to-press')) continue;
            (target as HTMLElement).click();
            target.classList.replace('to-press', 'was-pressed');
          }
        }, options);
      }
    };
  });
  const app = await openUnlocked(page, site);
  await app.fillKey('Gemini', 'something');
  const show = app.card('Gemini').getByRole('button', { name: words.showWhat('Gemini API key') });
  await page.locator('byok-vault').evaluate((element) => {
    element.style.opacity = '0.1';
  });
  await expect(show).toHaveAttribute('data-visible', 'false');
  await show.evaluate((button) => {
    button.classList.add('to-press');
  });
  await page.locator('byok-vault').evaluate((element) => {
    element.style.opacity = '';
  });
  await expect(show).toHaveClass(/was-pressed/);
  await expect(show).toHaveAttribute('aria-disabled', 'false');
  await expect(app.button(words.hideWhat('Gemini API key'))).toBeHidden();
});

test('in the dialog above the page, Show is seen', async ({ page, site }) => {
  const app = await openUnlocked(page, site);
  await app.lock();
  const sealed = call(page, 'seal');
  await app.asked();
  await app.password.fill(goodPassword);
  await app.press(app.button(words.showWhat(words.password)));
  await expect(app.button(words.hideWhat(words.password))).toBeVisible();
  await app.button('Unlock').click();
  expect(await sealed).toBe('done');
});

test('an app that takes the focus while someone types is noticed', async ({ page, site }) => {
  await openApp(page, site);
  const app = new Panel(page, site, 'embedded');
  await app.password.pressSequentially('correct', { delay: 30 });
  await expect(app.region.getByText(words.focusTaken)).toBeHidden();
  await page.evaluate(() => {
    document.querySelector('button')?.focus();
  });
  await expect(app.region.getByText(words.focusTaken)).toBeVisible();
});

test('a focus that the person moves is not', async ({ page, site }) => {
  await openApp(page, site);
  const app = new Panel(page, site, 'embedded');
  await app.password.pressSequentially('correct', { delay: 30 });
  await app.password.press('Shift+Tab');
  for (let tries = 0; tries < 5; tries++) await page.keyboard.press('Shift+Tab');
  await app.password.pressSequentially('x');
  await page.waitForTimeout(1200);
  await page.getByRole('button', { name: 'Run a job' }).click();
  await page.waitForTimeout(500);
  await expect(app.region.getByText(words.focusTaken)).toBeHidden();
});

test('E37: a second handshake gets no answer, and is told to the person once', async ({ page, site }) => {
  const app = await openUnlocked(page, site);
  const told = app.inside.getByText(words.frame.noticed.second_hello);
  await expect(told).toHaveCount(0);
  const answers = await page.evaluate(async (greeting) => {
    const frame = document.querySelector('byok-vault')?.shadowRoot?.querySelector('iframe')?.contentWindow;
    const heard: unknown[] = [];
    for (let n = 0; n < 3; n++) {
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = ({ data }) => heard.push(data);
      frame?.postMessage(greeting, '*', [port2]);
      port1.postMessage({ type: 'call', id: 1, method: 'seal', providers: ['openai'] });
    }
    await new Promise((resolve) => setTimeout(resolve, 500));
    return heard;
  }, hello);
  expect(answers).toEqual([]);
  await expect(told).toHaveCount(1);
  expect(await call(page, 'state')).toBe('unlocked');
});

/** Usable: a key can be added, and a lock brings a fresh frame in which the app is heard again. */
async function expectUsable(app: Panel): Promise<void> {
  await app.add('Gemini', keyOf('Gemini').value);
  await app.lock();
  await expect(app.inside.getByText(words.frame.noticed.flood)).toHaveCount(0);
  await app.unlock();
  expect(await call(app.page, 'seal')).toBe('done');
}

test('E37: messages of the wrong shape end the connection, and the panel says so', async ({ page, site }) => {
  await keepPorts(page);
  const app = await openUnlocked(page, site);
  await page.evaluate(() => {
    const port = window.ports?.at(-1);
    for (const wrong of [
      null,
      7,
      'x',
      [],
      {},
      { type: 'call' },
      { type: 'seal' },
      { type: 'activity', by: 'me' },
    ])
      port?.postMessage(wrong);
  });
  // A few are nothing yet.
  expect(await call(page, 'state')).toBe('unlocked');
  await expect(app.inside.getByText(words.frame.noticed.flood)).toHaveCount(0);
  await page.evaluate(() => {
    for (let n = 0; n < 40; n++) window.ports?.at(-1)?.postMessage({ type: 'call', method: n });
  });
  await expect(app.inside.getByText(words.frame.noticed.flood)).toHaveCount(1);
  expect(await call(page, 'seal')).toBe('rate_limited');
  expect(await call(page, 'state')).toBe('rate_limited');
  await expectUsable(app);
});

test('E37: a flood of 100,000 messages on the port ends the connection; the panel stays usable', async ({
  page,
  site,
}) => {
  await keepPorts(page);
  const app = await openUnlocked(page, site);
  const waiting = call(page, 'state');
  await page.evaluate(() => {
    for (let n = 1; n <= 100_000; n++)
      window.ports?.at(-1)?.postMessage({ type: 'call', id: n + 1000, method: 'state' });
  });
  await expect(app.inside.getByText(words.frame.noticed.flood)).toHaveCount(1);
  expect(['unlocked', 'rate_limited']).toContain(await waiting);
  expect(await call(page, 'seal')).toBe('rate_limited');
  await expectUsable(app);
});

test('E37: a flood of 100,000 messages to the window ends the connection; the panel stays usable', async ({
  page,
  site,
}) => {
  const app = await openUnlocked(page, site);
  await page.evaluate(() => {
    const frame = document.querySelector('byok-vault')?.shadowRoot?.querySelector('iframe')?.contentWindow;
    for (let n = 0; n < 100_000; n++) frame?.postMessage({ n }, '*');
  });
  await expect(app.inside.getByText(words.frame.noticed.flood)).toHaveCount(1);
  await expect.poll(() => call(page, 'seal')).toBe('rate_limited');
  await expectUsable(app);
});

test('E37: of many calls that wait for the password, the last are refused', async ({ page, site }) => {
  const app = await openUnlocked(page, site);
  await app.lock();
  const sealed = page.locator('byok-vault').evaluate((found) =>
    Promise.all(
      Array.from({ length: 40 }, () =>
        (found as VaultElement).seal(['openai']).then(
          () => 'sealed',
          (error: unknown) => (error as { code: string }).code,
        ),
      ),
    ),
  );
  await expect(page.getByRole('dialog')).toBeVisible();
  await app.answer();
  const ends = await sealed;
  expect(ends.slice(0, 16)).toEqual(Array(16).fill('sealed'));
  expect(ends.slice(16)).toEqual(Array(24).fill('rate_limited'));
});

test('an app that the frame itself was not told of is shown words, and no vault', async ({ page, site }) => {
  // The policy of the response still allows it: what is tested is the frame's own list.
  await page.route('**/config.json', (route) => route.fulfill({ json: { apps: [], sandbox: false } }));
  await page.goto(site.app);
  const inside = page.frameLocator('byok-vault iframe');
  await expect(inside.getByText(words.frame.notAllowedTitle)).toBeVisible({ timeout: 4_000 });
  await expect(inside.getByRole('textbox')).toHaveCount(0);
});
