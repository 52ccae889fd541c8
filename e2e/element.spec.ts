/** `<byok-vault>` in an app: what it may ask, what it learns, and what it can't do. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Page } from '@playwright/test';
import { statusCodes } from '../web/core/errors.ts';
import { words } from '../web/panel/words.ts';
import { openBareApp, sealIn, stateOf, type VaultElement } from './support/app.ts';
import { keyOf, type TestKey } from './support/keys.ts';
import { findLeaks } from './support/leak.ts';
import { Panel } from './support/panel.ts';
import type { Site } from './support/site.ts';
import { expect, test } from './support/test.ts';

/** A vault with one key, which was saved in another tab of the app: it may use it. */
async function makeVault(page: Page, site: Site, key: TestKey): Promise<Panel> {
  const panel = new Panel(page, site, 'embedded');
  await panel.openAndCreate();
  await panel.add('OpenAI', key.value);
  return panel;
}

for (const mode of ['panel', 'unlock'] as const) {
  test.describe(`mode ${mode}`, () => {
    test('seal() on a locked vault opens a dialog that names the app, and resolves after the password', async ({
      page,
      context,
      site,
    }) => {
      const key = keyOf('OpenAI');
      await makeVault(await context.newPage(), site, key);
      const app = new Panel(page, site, 'embedded');
      await app.watchFrames();
      await openBareApp(page, site.app, site.vault, mode);
      expect(await stateOf(page)).toBe('locked');
      const sealed = sealIn(page, 'openai');
      await expect(page.getByRole('dialog')).toBeVisible();
      await expect(app.inside.getByText(words.dialogUnlock.asks(new URL(site.app).host))).toBeVisible();
      await app.answer('not the password');
      await expect(app.inside.getByText('Wrong password')).toBeVisible();
      await app.answer();
      const keys = await sealed;
      expect(keys).toEqual([{ provider: 'openai', sealed: expect.any(String), sealId: expect.any(String) }]);
      expect(findLeaks([{ sink: 'seal', bytes: Buffer.from(JSON.stringify(keys)) }], [key])).toEqual([]);
      await expect(page.getByRole('dialog')).toBeHidden();
      expect(await stateOf(page)).toBe('unlocked');
      // The next one needs no dialog, and is sealed anew.
      expect(await sealIn(page, 'openai')).not.toEqual(keys);
    });

    for (const how of ['the button', 'Escape'] as const) {
      test(`closing the dialog by ${how} rejects with user_declined`, async ({ page, context, site }) => {
        await makeVault(await context.newPage(), site, keyOf('OpenAI'));
        const app = new Panel(page, site, 'embedded');
        await app.watchFrames();
        await openBareApp(page, site.app, site.vault, mode);
        const sealed = sealIn(page, 'openai');
        await app.asked();
        if (how === 'Escape') await app.password.press('Escape');
        else await app.press(app.button(words.dialogUnlock.cancel));
        expect(await sealed).toBe('user_declined');
        await expect(page.getByRole('dialog')).toBeHidden();
        expect(await stateOf(page)).toBe('locked');
      });
    }

    test('a key that is not there is refused the same way whether or not there is a vault', async ({
      page,
      context,
      site,
    }) => {
      const app = new Panel(page, site, 'embedded');
      await app.watchFrames();
      await openBareApp(page, site.app, site.vault, mode);
      expect(await sealIn(page, 'openai')).toBe('no_key');
      await makeVault(await context.newPage(), site, keyOf('OpenAI'));
      await openBareApp(page, site.app, site.vault, mode);
      const sealed = sealIn(page, 'openai', 'gemini');
      await app.answer();
      expect(await sealed).toBe('no_key');
    });
  });
}

test('state() and its events say one word, never what is stored', async ({ page, context, site }) => {
  await makeVault(await context.newPage(), site, keyOf('OpenAI'));
  const app = new Panel(page, site, 'embedded');
  await app.watchFrames();
  await openBareApp(page, site.app, site.vault, 'panel');
  await page.evaluate(() => {
    const heard: unknown[] = [];
    Object.assign(window, { heard });
    document.querySelector('byok-vault')?.addEventListener('state', (event) => {
      heard.push((event as CustomEvent).detail);
    });
  });
  await app.unlock();
  expect(await stateOf(page)).toBe('unlocked');
  await page.locator('byok-vault').evaluate((element) => (element as VaultElement).lock());
  await expect.poll(() => stateOf(page)).toBe('locked');
  const heard = await page.evaluate(() => (window as unknown as { heard: unknown[] }).heard);
  expect(heard.filter((state) => !['locked', 'unlocked'].includes(state as string))).toEqual([]);
  expect(heard).toContain('unlocked');
});

test('E37: an app that calls everything in any order, twice and at once gets codes and sealed keys, never a key', async ({
  page,
  context,
  site,
}) => {
  const key = keyOf('OpenAI');
  await makeVault(await context.newPage(), site, key);
  const app = new Panel(page, site, 'embedded');
  await app.watchFrames();
  await openBareApp(page, site.app, site.vault, 'panel');
  await app.unlock();
  const answers = await page.locator('byok-vault').evaluate(async (found) => {
    const element = found as VaultElement;
    const hostile: unknown[] = [
      [],
      ['openai', 'openai'],
      ['__proto__'],
      'openai',
      null,
      [{}],
      Array(9).fill('openai'),
    ];
    const calls: (() => Promise<unknown>)[] = [
      () => element.state(),
      () => element.seal(['openai']),
      () => element.seal(['gemini']),
      ...hostile.map((each) => () => element.seal(each as string[])),
    ];
    const begun: Promise<unknown>[] = [];
    for (let round = 0; round < 20; round++) {
      for (let at = 0; at < calls.length; at++) {
        const call = calls[(at * 7 + round) % calls.length];
        if (call)
          begun.push(call().catch((error: unknown) => ({ code: (error as { code?: unknown }).code })));
      }
    }
    return JSON.parse(JSON.stringify(await Promise.all(begun))) as unknown[];
  });
  expect(findLeaks([{ sink: 'answers', bytes: Buffer.from(JSON.stringify(answers)) }], [key])).toEqual([]);
  for (const answer of answers) {
    if (answer === 'unlocked' || Array.isArray(answer)) continue;
    expect(Object.keys(statusCodes)).toContain((answer as { code: string }).code);
  }
  expect(await stateOf(page)).toBe('unlocked');
  expect(await sealIn(page, 'openai')).toHaveLength(1);
});

test('E37: the first init wins, and whatever else is sent to the frame changes nothing', async ({
  page,
  context,
  site,
}) => {
  const key = keyOf('OpenAI');
  await makeVault(await context.newPage(), site, key);
  const app = new Panel(page, site, 'embedded');
  await app.watchFrames();
  await openBareApp(page, site.app, site.vault, 'panel');
  await app.unlock();
  const heard = await page.evaluate(async () => {
    const frame = document.querySelector('byok-vault')?.shadowRoot?.querySelector('iframe')?.contentWindow;
    const { port1, port2 } = new MessageChannel();
    const answers: unknown[] = [];
    port1.onmessage = ({ data }) => answers.push(data);
    frame?.postMessage('byok-vault/1', '*', [port2]);
    for (const message of [
      { type: 'call', id: 1, method: 'seal', providers: ['openai'] },
      { type: 'call', id: 1, method: 'exportKeys' },
      { type: 'call', id: -1, method: 'state' },
      ['call'],
      null,
    ]) {
      port1.postMessage(message);
      frame?.postMessage(message, '*');
    }
    await new Promise((resolve) => setTimeout(resolve, 500));
    return answers;
  });
  expect(heard).toEqual([]);
  expect(await stateOf(page)).toBe('unlocked');
});

test('an app that the vault was not told of can show no vault', async ({ page, site }) => {
  const app = createServer((_, response) => {
    response
      .setHeader('content-type', 'text/html')
      .end(`<!doctype html><iframe src="${site.vault}/"></iframe>`);
  });
  await new Promise<void>((resolve) => {
    app.listen(0, '127.0.0.1', resolve);
  });
  const said = page.waitForEvent('console', (message) => message.text().includes('frame-ancestors'));
  await page.goto(`http://localhost:${String((app.address() as AddressInfo).port)}/`);
  await said;
  await expect(page.frameLocator('iframe').getByRole('region', { name: 'API keys' })).toHaveCount(0);
  expect(page.frames()[1]?.url()).not.toContain(site.vault);
  app.closeAllConnections();
  app.close();
});
