/** Permission instead of trust: which app may have keys sealed, who says so, and how it ends. */
import AxeBuilder from '@axe-core/playwright';
import type { Locator, Page } from '@playwright/test';
import { words } from '../web/panel/words.ts';
import { openBareApp, sealIn, stateOf, type VaultElement } from './support/app.ts';
import { injectFailingStore, setStore } from './support/inject.ts';
import { keyOf } from './support/keys.ts';
import { goodPassword, Panel } from './support/panel.ts';
import { startTwoApps, type TwoApps } from './support/second-app.ts';
import { expect, test as base } from './support/test.ts';

const test = base.extend<object, { apps: TwoApps }>({
  apps: [
    // eslint-disable-next-line no-empty-pattern -- Playwright reads the pattern
    async ({}, use) => {
      const apps = await startTwoApps();
      await use(apps);
      await apps.stop();
    },
    { scope: 'worker' },
  ],
});

const sealed = [{ provider: 'openai', sealed: expect.any(String), sealId: expect.any(String) }];

function hostOf(origin: string): string {
  return new URL(origin).host;
}

function question(panel: Panel, app: string): Locator {
  return panel.inside
    .getByRole('region', { name: words.dialogAllow.title })
    .getByText(words.dialogUnlock.asks(hostOf(app)));
}

/** The line of an app in the panel's list. */
function line(panel: Panel, origin: string): Locator {
  return panel.region
    .getByRole('region', { name: words.apps.title })
    .getByRole('listitem')
    .filter({ hasText: origin });
}

/** A vault with one key, saved in a panel of its own: no app is allowed by it. */
async function makeVault(page: Page, apps: TwoApps): Promise<Panel> {
  const panel = new Panel(page, apps, 'alone');
  await panel.openAndCreate();
  await panel.add('OpenAI', keyOf('OpenAI').value);
  return panel;
}

/** The second app with the vault unlocked in its page. */
async function openSecondApp(page: Page, apps: TwoApps, password = goodPassword): Promise<Panel> {
  const panel = new Panel(page, apps, 'embedded');
  await panel.watchFrames();
  await openBareApp(page, apps.secondApp, apps.vault);
  await panel.unlock(password);
  return panel;
}

async function allow(panel: Panel): Promise<void> {
  await panel.press(panel.button(words.dialogAllow.allow));
}

async function revoke(panel: Panel, origin: string): Promise<void> {
  await panel.inFront();
  // The frame is back in its place: a press while it moves there is lost.
  await expect(panel.page.getByRole('dialog')).toBeHidden();
  await panel.press(panel.button(words.apps.revokeWhat(origin)));
  await panel.dialog.getByRole('button', { name: words.apps.revoke, exact: true }).click();
  await expect(line(panel, origin)).toHaveCount(0);
}

test('saving a key in an app’s page allows that app, says so under the field, and counts what it uses', async ({
  page,
  apps,
}) => {
  const panel = new Panel(page, apps, 'embedded');
  await panel.openAndCreate();
  const saving = panel.card('Gemini').getByText(words.apps.saving(hostOf(apps.app)));
  await expect(saving).toBeVisible();
  await panel.add('OpenAI', keyOf('OpenAI').value);
  await expect(saving).toBeHidden();
  await expect(line(panel, apps.app)).toContainText(`${words.apps.lastUsed}${words.card.never}`);
  expect(await sealIn(page, 'openai')).toEqual(sealed);
  expect(await sealIn(page, 'openai')).toEqual(sealed);
  await expect(line(panel, apps.app)).toContainText(`${words.apps.uses}2`);
  await expect(line(panel, apps.app)).toContainText('now');
});

test('a key that is saved where no one can see it gives the app nothing', async ({ page, context, apps }) => {
  await makeVault(await context.newPage(), apps);
  const app = await openSecondApp(page, apps);
  const saving = app.card('Gemini').getByText(words.apps.saving(hostOf(apps.secondApp)));
  await expect(saving).toBeVisible();
  await page.locator('byok-vault').evaluate((element) => {
    element.style.opacity = '0.1';
  });
  await expect(saving).toBeHidden();
  // The app has the person put a key of its own there, and press Enter.
  await app.fillKey('Gemini', keyOf('Gemini').value);
  await app.card('Gemini').getByRole('textbox').press('Enter');
  await expect(app.card('Gemini').getByRole('button', { name: 'Test', exact: true })).toBeVisible();
  await page.locator('byok-vault').evaluate((element) => {
    element.style.opacity = '';
  });
  await expect(app.region.getByText(words.apps.title)).toHaveCount(0);
  const asked = sealIn(page, 'openai');
  await expect(question(app, apps.secondApp)).toBeVisible();
  await app.press(app.button(words.dialogUnlock.cancel));
  expect(await asked).toBe('user_declined');
});

test('under a modal dialog of the app’s own, a call is refused, and the page stays usable', async ({
  page,
  context,
  apps,
}) => {
  await makeVault(await context.newPage(), apps);
  await openSecondApp(page, apps);
  await page.evaluate(() => {
    const dialog = document.createElement('dialog');
    const close = document.createElement('button');
    close.textContent = 'Close';
    close.addEventListener('click', () => {
      dialog.close();
    });
    dialog.append(close);
    document.body.append(dialog);
    dialog.showModal();
  });
  expect(await sealIn(page, 'openai')).toBe('user_declined');
  await page.getByRole('button', { name: 'Close', exact: true }).click();
});

test('a vault opened by itself says nothing of apps, and allows none', async ({ page, apps }) => {
  const panel = await makeVault(page, apps);
  await expect(panel.region.getByText(/^Saving lets/)).toHaveCount(0);
  await expect(panel.region.getByText(words.apps.title)).toHaveCount(0);
});

test('another app asks once, for all its providers; that is so after a reload and a new password', async ({
  page,
  context,
  apps,
}) => {
  const own = await makeVault(await context.newPage(), apps);
  await own.add('Gemini', keyOf('Gemini').value);
  const app = await openSecondApp(page, apps);
  const first = sealIn(page, 'openai');
  await expect(question(app, apps.secondApp)).toBeVisible();
  await expect(page.getByRole('dialog', { name: 'Allow this app to use your API keys' })).toBeVisible();
  await allow(app);
  expect(await first).toEqual(sealed);
  await expect(page.getByRole('dialog')).toBeHidden();
  expect(await sealIn(page, 'gemini', 'openai')).toHaveLength(2);

  const next = 'another password that is good 8';
  await own.inFront();
  await own.fillChangePassword(goodPassword, next);
  await own.dialog.getByRole('button', { name: words.changePassword.submit }).click();
  await expect(own.dialog).toBeHidden();
  await openSecondApp(page, apps, next);
  expect(await sealIn(page, 'openai')).toEqual(sealed);
  await expect(line(own, apps.secondApp)).toContainText(`${words.apps.uses}3`);
});

for (const how of ['the button', 'Escape'] as const) {
  test(`Not now, by ${how}, refuses with user_declined, and the next call asks again`, async ({
    page,
    context,
    apps,
  }) => {
    await makeVault(await context.newPage(), apps);
    const app = await openSecondApp(page, apps);
    for (let time = 0; time < 2; time++) {
      const asked = sealIn(page, 'openai');
      await expect(question(app, apps.secondApp)).toBeVisible();
      const title = app.inside.getByRole('heading', { name: words.dialogAllow.title });
      await expect.poll(() => title.evaluate((element) => document.activeElement === element)).toBe(true);
      if (how === 'Escape') await page.keyboard.press('Escape');
      else await app.press(app.button(words.dialogUnlock.cancel));
      expect(await asked).toBe('user_declined');
      await expect(page.getByRole('dialog')).toBeHidden();
    }
    await expect(app.region.getByText(words.apps.title)).toHaveCount(0);
    expect(await stateOf(page)).toBe('unlocked');
  });
}

for (const mode of ['panel', 'unlock'] as const) {
  test(`mode ${mode}: a locked vault asks for the password first, and then in the same dialog for permission`, async ({
    page,
    context,
    apps,
  }) => {
    await makeVault(await context.newPage(), apps);
    const app = new Panel(page, apps, 'embedded');
    await app.watchFrames();
    await openBareApp(page, apps.secondApp, apps.vault, mode);
    const asked = sealIn(page, 'openai');
    await app.answer();
    await expect(question(app, apps.secondApp)).toBeVisible();
    await expect(page.getByRole('dialog')).toHaveCount(1);
    await allow(app);
    expect(await asked).toEqual(sealed);
    await expect(page.getByRole('dialog')).toBeHidden();
  });
}

test('an app without permission is asked for before it learns what is stored', async ({
  page,
  context,
  apps,
}) => {
  await makeVault(await context.newPage(), apps);
  const app = await openSecondApp(page, apps);
  const asked = sealIn(page, 'anthropic');
  await expect(question(app, apps.secondApp)).toBeVisible();
  await allow(app);
  expect(await asked).toBe('no_key');
});

test('a revoked app has to ask again; the other one has not', async ({ page, context, apps }) => {
  const first = new Panel(await context.newPage(), apps, 'embedded');
  await first.openAndCreate();
  await first.add('OpenAI', keyOf('OpenAI').value);
  const app = await openSecondApp(page, apps);
  const asked = sealIn(page, 'openai');
  await allow(app);
  expect(await asked).toEqual(sealed);
  await revoke(app, apps.secondApp);
  await expect(line(app, apps.app)).toHaveCount(1);
  const again = sealIn(page, 'openai');
  await expect(question(app, apps.secondApp)).toBeVisible();
  await app.press(app.button(words.dialogUnlock.cancel));
  expect(await again).toBe('user_declined');
  expect(await sealIn(first.page, 'openai')).toEqual(sealed);
});

test('what another tab revokes is refused at once, also in a tab that heard nothing of it', async ({
  page,
  context,
  apps,
}) => {
  const own = await makeVault(await context.newPage(), apps);
  await page.addInitScript('delete globalThis.BroadcastChannel;');
  const app = await openSecondApp(page, apps);
  const asked = sealIn(page, 'openai');
  await allow(app);
  expect(await asked).toEqual(sealed);
  await own.page.reload();
  await own.unlock();
  await revoke(own, apps.secondApp);
  await app.inFront();
  await expect(line(app, apps.secondApp)).toHaveCount(1);
  const again = sealIn(page, 'openai');
  await expect(question(app, apps.secondApp)).toBeVisible();
  await app.press(app.button(words.dialogUnlock.cancel));
  expect(await again).toBe('user_declined');
  await expect(line(app, apps.secondApp)).toHaveCount(0);
});

test('while an app asks, permission that is given in another tab answers for it', async ({
  page,
  context,
  apps,
}) => {
  await makeVault(await context.newPage(), apps);
  const app = await openSecondApp(page, apps);
  const asked = sealIn(page, 'openai');
  await expect(question(app, apps.secondApp)).toBeVisible();
  const other = await openSecondApp(await context.newPage(), apps);
  await other.add('Gemini', keyOf('Gemini').value);
  expect(await asked).toEqual(sealed);
  await expect(page.getByRole('dialog')).toBeHidden();
});

test('E18: a lock while an app asks for permission ends the question, and the next call asks for the password first', async ({
  page,
  context,
  apps,
}) => {
  const own = await makeVault(await context.newPage(), apps);
  const app = await openSecondApp(page, apps);
  const asked = sealIn(page, 'openai');
  await expect(question(app, apps.secondApp)).toBeVisible();
  await own.lock();
  expect(await asked).toBe('locked');
  await app.inFront();
  await expect(page.getByRole('dialog')).toBeHidden();
  const again = sealIn(page, 'openai');
  await expect(page.getByRole('dialog')).toBeVisible();
  await app.answer();
  await allow(app);
  expect(await again).toEqual(sealed);
});

test('an app is refused after 30 seals within a minute, and none of them is uncounted', async ({
  page,
  apps,
}) => {
  const panel = new Panel(page, apps, 'embedded');
  await panel.openAndCreate();
  await panel.add('OpenAI', keyOf('OpenAI').value);
  const answers = await page.locator('byok-vault').evaluate(async (element) => {
    const seven = (): Promise<string>[] =>
      Array.from({ length: 7 }, () =>
        (element as VaultElement).seal(['openai']).then(
          () => 'sealed',
          (error: unknown) => (error as { code: string }).code,
        ),
      );
    const all: string[] = [];
    for (let round = 0; round < 5; round++) all.push(...(await Promise.all(seven())));
    return all;
  });
  expect(answers.filter((answer) => answer === 'sealed')).toHaveLength(30);
  expect(answers.filter((answer) => answer === 'rate_limited')).toHaveLength(5);
  await expect(line(panel, apps.app)).toContainText(`${words.apps.uses}30`);
});

test('E22: a full disk keeps no one from using their keys', async ({ page, context, apps }) => {
  await injectFailingStore(context);
  const panel = new Panel(page, apps, 'embedded');
  await panel.openAndCreate();
  await panel.add('OpenAI', keyOf('OpenAI').value);
  await setStore(await panel.document(), 'full');
  expect(await sealIn(page, 'openai')).toEqual(sealed);
  expect(await sealIn(page, 'openai')).toEqual(sealed);
  await setStore(await panel.document(), 'aborts');
  expect(await sealIn(page, 'openai')).toBe('storage_failed');
  await setStore(await panel.document(), 'works');
  expect(await sealIn(page, 'openai')).toEqual(sealed);
  await expect(line(panel, apps.app)).toContainText(`${words.apps.uses}1`);
});

test('axe finds nothing in what an app asks nor in the list, and both work by keyboard alone', async ({
  page,
  apps,
}) => {
  const hasNoViolation = async (): Promise<void> => {
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      const { violations } = await new AxeBuilder({ page }).analyze();
      expect(violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])).toEqual([]);
    }
  };
  const panel = new Panel(page, apps, 'embedded');
  await panel.openAndCreate();
  await panel.add('OpenAI', keyOf('OpenAI').value);
  await panel.button(words.apps.revokeWhat(apps.app)).press('Enter');
  await hasNoViolation();
  await panel.dialog.getByRole('button', { name: words.apps.revoke, exact: true }).press('Enter');
  await expect(line(panel, apps.app)).toHaveCount(0);
  const asked = sealIn(page, 'openai');
  await expect(panel.button(words.dialogAllow.allow)).toBeEnabled();
  await hasNoViolation();
  await panel.button(words.dialogAllow.allow).press('Enter');
  expect(await asked).toEqual(sealed);
});

test('E37: no message of an app gives it permission, nor passes it off as another', async ({
  page,
  context,
  apps,
}) => {
  const first = new Panel(await context.newPage(), apps, 'embedded');
  await first.openAndCreate();
  await first.add('OpenAI', keyOf('OpenAI').value);
  // The app's script keeps the port that the element made.
  await page.addInitScript(() => {
    const ports: MessagePort[] = [];
    Object.assign(globalThis, { ports });
    globalThis.MessageChannel = class extends MessageChannel {
      constructor() {
        super();
        ports.push(this.port1);
      }
    };
  });
  const app = await openSecondApp(page, apps);
  const asked = sealIn(page, 'openai');
  await expect(question(app, apps.secondApp)).toBeVisible();
  const answers = await page.evaluate(async (allowed) => {
    const [port] = (globalThis as unknown as { ports: MessagePort[] }).ports;
    const frame = document.querySelector('byok-vault')?.shadowRoot?.querySelector('iframe')?.contentWindow;
    const heard: unknown[] = [];
    port?.addEventListener('message', ({ data }: MessageEvent<{ type: string }>) => {
      if (data.type !== 'size') heard.push(data);
    });
    const methods = ['allow', 'allowApp', 'grantApp', 'grant_app', 'seal', 'state'];
    const messages: unknown[] = [
      { type: 'allow' },
      { type: 'view', view: 'panel' },
      { type: 'done', id: 1, result: null },
      { type: 'call', id: 900, method: 'seal', providers: ['openai'], app: allowed },
      { type: 'call', id: 901, method: 'seal', providers: ['openai'], origin: allowed },
      ...methods.map((method, i) => ({ type: 'call', id: 910 + i, method, app: allowed })),
      ...methods.slice(0, 4).map((method, i) => ({ type: 'call', id: 920 + i, method })),
      { id: 930, op: 'allowApp', args: [] },
    ];
    for (const message of messages) {
      port?.postMessage(message);
      frame?.postMessage(message, '*');
    }
    await new Promise((resolve) => setTimeout(resolve, 500));
    return heard;
  }, apps.app);
  expect(answers).toHaveLength(12);
  for (const answer of answers) expect(answer).toMatchObject({ type: 'refused', code: 'bad_message' });
  await expect(question(app, apps.secondApp)).toBeVisible();
  await app.press(app.button(words.dialogUnlock.cancel));
  expect(await asked).toBe('user_declined');
  await expect(line(app, apps.app)).toHaveCount(1);
  await expect(line(app, apps.secondApp)).toHaveCount(0);
});
