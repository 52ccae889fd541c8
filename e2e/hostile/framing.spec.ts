/** Who may show the vault in a frame, what a service worker sees of it, and what can be laid over it. */
import type { Page } from '@playwright/test';
import { startHostileApp } from './app.ts';
import { expect, password, test, unlockByKeys } from './test.ts';

/** Frames everywhere in the page that show the vault's panel, password field or any other part of it. */
async function shownParts(page: Page): Promise<number> {
  let parts = 0;
  for (const frame of page.frames().slice(1)) {
    parts += await frame.getByRole('region', { name: 'API keys' }).count();
    parts += await frame.getByRole('textbox', { name: 'Vault password' }).count();
  }
  return parts;
}

test.describe('an embedder that the vault was not told of gets an error page', () => {
  const lookAlikes = {
    'the address in place of the name': (port: number) => `http://127.0.0.1:${String(port)}`,
    'the name with a dot behind it': (port: number) => `http://localhost.:${String(port)}`,
    'a name below it': (port: number) => `http://app.localhost:${String(port)}`,
  };
  for (const [name, originOf] of Object.entries(lookAlikes)) {
    test(name, async ({ attacker, page, hostileApp }) => {
      await attacker.enterFully(page);
      const refused = page.waitForEvent('console', (said) => said.text().includes('frame-ancestors'));
      await page.goto(`${originOf(hostileApp.port)}/plain`);
      await refused;
      expect(await shownParts(page)).toBe(0);
      await attacker.expectNothing(page);
    });
  }

  test('another port', async ({ attacker, page, site }) => {
    await attacker.enterFully(page);
    const other = await startHostileApp();
    other.vault = site.vault;
    const refused = page.waitForEvent('console', (said) => said.text().includes('frame-ancestors'));
    await page.goto(`${other.origin}/plain`);
    await refused;
    expect(await shownParts(page)).toBe(0);
    await attacker.expectNothing(page);
    await other.stop();
  });

  test('an allowed app in a frame of one that is not', async ({ page, hostileApp }) => {
    const refused = page.waitForEvent('console', (said) => said.text().includes('frame-ancestors'));
    await page.goto(`http://127.0.0.1:${String(hostileApp.port)}/blank`);
    await page.evaluate((app) => {
      const frame = document.createElement('iframe');
      frame.src = `${app}/plain`;
      document.body.append(frame);
    }, hostileApp.origin);
    await refused;
    expect(await shownParts(page)).toBe(0);
  });

  for (const kind of ['sandboxed', 'data:', 'object', 'embed'] as const) {
    test(`a document of no origin, or of another element: ${kind}`, async ({ attacker, page, site }) => {
      await attacker.enterFully(page);
      await page.goto(`${site.app}/blank`);
      await page.evaluate(
        ([how, vault]) => {
          const html = `<iframe src="${vault}/"></iframe>`;
          const outer = document.createElement(how === 'object' || how === 'embed' ? how : 'iframe');
          if (outer instanceof HTMLIFrameElement) {
            if (how === 'data:') outer.src = `data:text/html,${encodeURIComponent(html)}`;
            else {
              outer.setAttribute('sandbox', 'allow-scripts');
              outer.srcdoc = html;
            }
          } else if (outer instanceof HTMLObjectElement) outer.data = `${vault}/`;
          else Object.assign(outer, { src: `${vault}/` });
          document.body.append(outer);
        },
        [kind, site.vault] as const,
      );
      // Other elements make a frame like any other, which shows nothing to whoever does not greet it.
      const frames = kind === 'object' || kind === 'embed' ? 2 : 3;
      await expect.poll(() => page.frames().length).toBe(frames);
      await page.waitForLoadState('networkidle');
      expect(await shownParts(page)).toBe(0);
      const { origin } = new URL(page.frames().at(-1)?.url() ?? '');
      expect(origin).toBe(frames === 2 ? site.vault : 'null');
      await attacker.expectNothing(page);
    });
  }

  for (const kind of ['about:srcdoc', 'blob:'] as const) {
    test(`a frame of the app’s own origin between the two gets what the app gets: ${kind}`, async ({
      attacker,
      page,
      site,
    }) => {
      await attacker.enterFully(page);
      await page.goto(`${site.app}/blank`);
      await page.evaluate(
        ([how, vault]) => {
          const html = `<iframe src="${vault}/"></iframe>`;
          const outer = document.createElement('iframe');
          if (how === 'blob:') outer.src = URL.createObjectURL(new Blob([html], { type: 'text/html' }));
          else outer.srcdoc = html;
          document.body.append(outer);
        },
        [kind, site.vault] as const,
      );
      await expect.poll(() => page.frames().length).toBe(3);
      // No greeting came: nothing but the opening line, and no field to type into.
      expect(await shownParts(page)).toBe(0);
      await attacker.expectNothing(page);
    });
  }
});

test('a service worker of the app’s origin sees no request of the frame', async ({
  attacker,
  victim,
  site,
}) => {
  const { page } = victim;
  await attacker.enterFully(page);
  await page.goto(`${site.app}/blank`);
  const other = await page.evaluate(async (vault) => {
    await navigator.serviceWorker.register('/sw.js');
    await navigator.serviceWorker.ready;
    return navigator.serviceWorker.register(`${vault}/sw.js`).then(
      () => 'registered',
      (error: unknown) => (error as Error).name,
    );
  }, site.vault);
  expect(other).toBe('SecurityError');
  const listener = await page.context().newPage();
  await listener.goto(`${site.app}/blank`);
  await listener.evaluate(() => {
    const urls: string[] = [];
    Object.assign(window, { urls });
    new BroadcastChannel('seen by the service worker').onmessage = ({
      data,
    }: MessageEvent<{ url: string }>) => {
      urls.push(data.url);
      window.loot.take('service worker', data);
    };
  });
  await attacker.enterFully(listener);
  await victim.open();
  await unlockByKeys(victim);
  await page.evaluate(() => fetch('/seen'));
  const urls = (): Promise<string[]> =>
    listener.evaluate(() => (window as unknown as { urls: string[] }).urls);
  await expect.poll(urls).toContain(`${site.app}/seen`);
  expect((await urls()).filter((url) => !url.startsWith(`${site.app}/`))).toEqual([]);
  await attacker.expectNothing(page);
});

test('the vault asks nothing of the app’s origin and tells it no more than that it was loaded', async ({
  victim,
  hostileApp,
  site,
}) => {
  const before = hostileApp.asked.length;
  const asked: string[] = [];
  victim.page.on('request', (request) => {
    const referrer = request.headers()['referer'];
    if (request.url().startsWith(site.vault) && referrer !== undefined && !referrer.startsWith(site.vault))
      asked.push(referrer);
  });
  await victim.open();
  await unlockByKeys(victim);
  expect(asked, 'no page’s address goes to the vault').toEqual([]);
  const fromVault = hostileApp.asked.slice(before).filter((each) => each.includes(site.vault));
  expect(fromVault).toEqual([]);
});

test('can’t be stopped: a password typed into something that only looks like the vault is the attacker’s', async ({
  attacker,
  page,
  site,
}) => {
  await attacker.enterFully(page);
  await page.goto(`${site.app}/blank`);
  await page.evaluate(() => {
    document.body.innerHTML =
      '<section aria-label="API keys"><label>Vault password <input type="password"></label></section>';
  });
  await page.getByLabel('Vault password').pressSequentially(password);
  await attacker.collect(page);
  expect(attacker.find([{ name: 'password', value: password }]).length).toBeGreaterThan(0);
});

test('can’t be stopped: what is typed into a field laid over the frame is the attacker’s', async ({
  attacker,
  victim,
}) => {
  await attacker.enterFully(victim.page);
  await victim.open();
  const box = await victim.password.boundingBox();
  if (!box) throw new Error('the field is not on screen');
  await victim.page.evaluate(({ x, y, width, height }) => {
    const cover = document.createElement('input');
    cover.type = 'password';
    cover.ariaLabel = 'Cover';
    cover.style.cssText = `position:fixed;left:${String(x)}px;top:${String(y)}px;width:${String(width)}px;height:${String(height)}px;z-index:9`;
    document.body.append(cover);
  }, box);
  await victim.page.getByLabel('Cover').click();
  await victim.page.keyboard.type(password);
  await expect(victim.password).toHaveValue('');
  await attacker.collect(victim.page);
  expect(attacker.find([{ name: 'password', value: password }]).length).toBeGreaterThan(0);
});
