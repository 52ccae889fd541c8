/** Both origins behind the nginx of deploy/nginx, over HTTPS: the panel works, and the vault's frame has a process of its own. */
import type { Frame, Page } from '@playwright/test';
import type { VaultElement } from './support/app.ts';
import { keyOf } from './support/keys.ts';
import { Panel } from './support/panel.ts';
import { startSecure, type Secure } from './support/secure.ts';
import { expect, test as base } from './support/test.ts';

const test = base.extend<object, { secure: Secure }>({
  secure: [
    // eslint-disable-next-line no-empty-pattern -- Playwright reads the pattern
    async ({}, use) => {
      const secure = await startSecure();
      await use(secure);
      await secure.site.stop();
    },
    { scope: 'worker' },
  ],
  site: [
    async ({ secure }, use) => {
      await use(secure.site);
    },
    { scope: 'worker' },
  ],
});
test.use({ ignoreHTTPSErrors: true, form: 'embedded' });

/** Chromium gives a frame a session of its own where it has a process of its own. */
async function hasOwnProcess(page: Page, frame: Frame): Promise<boolean> {
  try {
    await page.context().newCDPSession(frame);
    return true;
  } catch (error) {
    expect(String(error)).toContain('does not have a separate CDP session');
    return false;
  }
}

async function vaultFrame(panel: Panel): Promise<Frame> {
  const frame = await panel.document();
  if (!('parentFrame' in frame)) throw new Error('the vault is not in a frame');
  return frame;
}

test('a key is entered, tested and cached through nginx, in a frame with a process of its own', async ({
  page,
  panel,
  secure,
}) => {
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) complaints.push(message.text());
  });
  await panel.openAndCreate();
  const frame = await vaultFrame(panel);
  expect(new URL(frame.url()).origin).toBe(secure.site.vault);
  expect(await hasOwnProcess(page, frame)).toBe(true);
  expect(await frame.evaluate(() => window.originAgentCluster && isSecureContext)).toBe(true);

  await panel.enter('OpenAI', keyOf('OpenAI').value);
  await expect(panel.card('OpenAI').getByText(/works/i)).toBeVisible();

  // The app's own call: what its page got sealed goes to the cache through its own origin.
  const cached = await page.locator('byok-vault').evaluate(async (element) => {
    const keys = await (element as VaultElement).seal(['openai']);
    const header = JSON.stringify(Object.fromEntries(keys.map((key) => [key.provider, key.sealed])));
    const headers = { 'Content-Type': 'application/json', 'X-BYOK-Keys': header };
    const answer = await fetch('/byok/cacheByokKeys', { method: 'POST', headers });
    return (await answer.json()) as unknown;
  });
  expect(cached).toMatchObject({ result: { data: { cached: ['openai'] } } });

  const log = secure.nginx.accessLog();
  for (const route of ['testByokKey', 'cacheByokKeys'])
    expect(log).toContain(`"route":"${route}","status":200`);
  expect(log).not.toContain('"status":4');
  expect(secure.nginx.errorLog()).toBe('');
  expect(complaints).toEqual([]);
});

test('the vault opened by itself works, too', async ({ page, site }) => {
  const panel = new Panel(page, site, 'alone');
  await panel.openAndCreate();
  await panel.lock();
  await panel.unlock();
});

test('without the headers it would share a process with the app, and this would see it', async ({ page }) => {
  const { site } = await startSecure({
    change: (text) => text.replace(/add_header (Origin-Agent-Cluster|Document-Isolation-Policy) [^;]*;/, ''),
  });
  try {
    const panel = new Panel(page, site, 'embedded');
    await panel.open();
    expect(await hasOwnProcess(page, await vaultFrame(panel))).toBe(false);
  } finally {
    await page.close();
    await site.stop();
  }
});
