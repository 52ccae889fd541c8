/** Browsers that can't hold a vault: told so, and nothing is kept in clear instead. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { BrowserContext } from '@playwright/test';
import { words } from '../web/panel/words.ts';
import { inject } from './support/inject.ts';
import { keyOf } from './support/keys.ts';
import { forms, type Panel } from './support/panel.ts';
import type { Site } from './support/site.ts';
import { expect, test } from './support/test.ts';
import { answerOf } from './support/fetch.ts';

const { cases } = words.unavailable;

async function isTold(panel: Panel, title: string): Promise<void> {
  await panel.open();
  await expect(panel.region.getByText(title)).toBeVisible();
  await expect(panel.password).toBeHidden();
  for (const button of ['Create vault', 'Unlock']) await expect(panel.button(button)).toBeHidden();
}

for (const form of forms) {
  test.describe(form, () => {
    test.use({ form });

    for (const [what, script] of Object.entries({
      missing: `Object.defineProperty(globalThis, 'indexedDB', { value: undefined });`,
      throwing: `IDBFactory.prototype.open = () => { throw new DOMException('', 'SecurityError'); };`,
    })) {
      test(`E9: IndexedDB ${what} is told, and nothing is kept in clear instead`, async ({
        panel,
        context,
      }) => {
        await inject(context, 'no store', script);
        await isTold(panel, cases.storage_unavailable.title);
        const left = await (
          await panel.document()
        ).evaluate(() => [localStorage.length, sessionStorage.length]);
        expect(left).toEqual([0, 0]);
      });
    }

    test('E26: a store that a newer version of this site has raised is told as that', async ({
      panel,
      context,
      site,
    }) => {
      await holdDatabase(context, site, 2);
      await isTold(panel, cases.newer_format.title);
    });

    test('E9: a store that an older tab holds on to is told', async ({ panel, context, site }) => {
      await holdDatabase(context, site, 1);
      // What this version would do if its database had a version more than the older tab's.
      await inject(
        context,
        'next version',
        `const { open } = IDBFactory.prototype;
        IDBFactory.prototype.open = function (name) { return open.call(this, name, 2); };`,
      );
      // The store has said so before anyone asks: a second try would hear nothing.
      await context.route(/\/vault-[0-9a-f]+\.wasm$/, async (route) => {
        await sleep(500);
        await route.continue();
      });
      await isTold(panel, cases.storage_unavailable.title);
    });

    test('E36: without WebAssembly the person is told', async ({ panel, context }) => {
      await inject(context, 'no wasm', 'delete globalThis.WebAssembly;');
      await isTold(panel, cases.no_webassembly.title);
    });

    test('E36: a content security policy without wasm-unsafe-eval is told', async ({ panel, context }) => {
      await withoutWasmPolicy(context);
      await isTold(panel, cases.no_webassembly.title);
    });

    test('E36: without SIMD the scalar deriver does the same', async ({ panel, context }) => {
      // A module that uses v128 doesn't validate, as in an engine that has none.
      await inject(
        context,
        'no simd',
        `const { validate } = WebAssembly;
        WebAssembly.validate = (bytes) => bytes.byteLength > 200 && validate(bytes);`,
      );
      const loaded: string[] = [];
      context.on('request', (request) => loaded.push(new URL(request.url()).pathname));
      const key = keyOf('OpenAI');
      await panel.openAndCreate();
      await panel.add('OpenAI', key.value);
      await expect(panel.card('OpenAI')).toContainText(key.preview);
      const modules = loaded.map((path) => /([\w-]+)-[0-9a-f]{12}\.wasm$/.exec(path)?.[1]);
      expect(new Set(modules.filter((name) => name !== undefined))).toEqual(
        new Set(['vault', 'deriver-scalar']),
      );
    });
  });
}

/** Another tab of the vault's origin, which opens the database with some version and never lets go of it. */
async function holdDatabase(context: BrowserContext, site: Site, version: number): Promise<void> {
  const front = context.pages()[0];
  const tab = await context.newPage();
  await tab.goto(`${site.vault}/config.json`);
  await tab.evaluate(
    (wanted) =>
      new Promise<void>((resolve) => {
        const request = indexedDB.open('byok-vault', wanted);
        request.onsuccess = () => {
          Object.assign(globalThis, { held: request.result });
          resolve();
        };
      }),
    version,
  );
  await front?.bringToFront();
}

async function withoutWasmPolicy(context: BrowserContext): Promise<void> {
  await context.route('**/*', async (route) => {
    const response = await answerOf(route);
    const headers = response.headers();
    const policy = headers['content-security-policy'];
    if (policy !== undefined)
      headers['content-security-policy'] = policy.replaceAll("'wasm-unsafe-eval'", '');
    await route.fulfill({ response, headers });
  });
}

test('E10: on a page without HTTPS the vault refuses', async ({ page, site, context }) => {
  await context.route('http://vault.test/**', async (route) => {
    const url = route.request().url().replace('http://vault.test', site.vault);
    await route.fulfill({ response: await answerOf(route, url) });
  });
  await page.goto('http://vault.test/');
  expect(await page.evaluate(() => isSecureContext)).toBe(false);
  const region = page.getByRole('region', { name: 'API keys' });
  await expect(region.getByText(cases.not_secure_context.title)).toBeVisible();
  await expect(page.getByRole('textbox')).toBeHidden();
});
