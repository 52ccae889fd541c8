/** An attacker's app around a vault that a person has used before: one key in it, saved in that very app. */
import type { BrowserContext } from '@playwright/test';
import { keyOf, type TestKey } from '../support/keys.ts';
import type { Canary } from '../support/leak.ts';
import { deriveKek, openVaultKey } from '../support/oracle.ts';
import { Panel } from '../support/panel.ts';
import { startSite, type Site } from '../support/site.ts';
import { dumpStored, headerIn } from '../support/stored.ts';
import { deriveAtTheFloor, expect, test as base } from '../support/test.ts';
import { startHostileApp, type HostileApp } from './app.ts';
import { Attacker } from './attacker.ts';

export const password = 'Quer/über den Fluß, 47 Enten?';
export const wrongPassword = 'Quer/über den Teich, 48 Enten!';

/** The one vault of a test worker: made once, given to each test as the browser would have kept it. */
interface Stock {
  readonly state: Awaited<ReturnType<BrowserContext['storageState']>>;
  readonly key: TestKey;
  /** Everything that no attacker may hold. */
  readonly secrets: readonly Canary[];
}

interface WorkerFixtures {
  hostileApp: HostileApp;
  stock: Stock;
}

interface Fixtures {
  attacker: Attacker;
  /** The panel in the attacker's app. */
  victim: Panel;
}

export function secretsOf(key: TestKey): Canary[] {
  return [key, { name: `${key.name} preview`, value: key.preview }];
}

/** What the vault's password gives, by a second implementation. */
async function derivedSecrets(header: Uint8Array): Promise<Canary[]> {
  return [
    { name: 'KEK', value: await deriveKek(header, password) },
    { name: 'vault key', value: await openVaultKey(header, password) },
    // No secret, but in every clear and sealed row: whoever holds it has read the vault's storage.
    { name: 'stored header', value: header.subarray(6, 22) },
  ];
}

async function makeStock(context: BrowserContext, site: Site): Promise<Stock> {
  await deriveAtTheFloor(context);
  const panel = new Panel(await context.newPage(), site, 'embedded');
  const key = keyOf('OpenAI');
  await panel.openAndCreate(password);
  await panel.add('OpenAI', key.value);
  const header = headerIn(await dumpStored(await panel.document()));
  const secrets = [
    { name: 'password', value: password },
    { name: 'wrong password', value: wrongPassword },
    ...secretsOf(key),
    ...(await derivedSecrets(header)),
  ];
  return { state: await context.storageState({ indexedDB: true }), key, secrets };
}

export const test = base.extend<Fixtures, WorkerFixtures>({
  hostileApp: [
    // eslint-disable-next-line no-empty-pattern -- Playwright reads the pattern
    async ({}, use) => {
      const app = await startHostileApp();
      await use(app);
      await app.stop();
    },
    { scope: 'worker' },
  ],
  site: [
    async ({ hostileApp }, use) => {
      const site = await startSite(() => ({ BYOK_APPS: hostileApp.origin }));
      hostileApp.vault = site.vault;
      await use({ ...site, app: hostileApp.origin });
      await site.stop();
    },
    { scope: 'worker' },
  ],
  stock: [
    async ({ browser, site }, use) => {
      const context = await browser.newContext();
      const stock = await makeStock(context, site);
      await context.close();
      await use(stock);
    },
    { scope: 'worker' },
  ],
  storageState: async ({ stock }, use) => {
    await use(stock.state);
  },
  attacker: async ({ site, stock }, use) => {
    await use(new Attacker(site.vault, stock.secrets));
  },
  victim: async ({ page, site }, use) => {
    await use(new Panel(page, site, 'embedded'));
  },
});

/** Unlocks by keys pressed one by one, as a person does. */
export async function typePassword(panel: Panel, text = password): Promise<void> {
  await panel.inFront();
  await panel.password.click();
  await panel.password.pressSequentially(text);
}

export async function unlockByKeys(panel: Panel): Promise<void> {
  await typePassword(panel);
  await panel.password.press('Enter');
  await expect(panel.button('Lock')).toBeVisible();
}

/** What a person does with a vault in a day, every field by the keyboard. @returns the secrets that came with it. */
export async function useVault(panel: Panel): Promise<Canary[]> {
  const key = keyOf('Gemini');
  await typePassword(panel, wrongPassword);
  await panel.button('Unlock').click();
  await expect(panel.region.getByText('Wrong password')).toBeVisible();
  await unlockByKeys(panel);
  const card = panel.card('Gemini');
  await card.getByRole('textbox', { name: 'Gemini API key' }).pressSequentially(key.value);
  await panel.verifyAndSave('Gemini');
  await expect(card).toContainText(key.preview);
  await card.getByRole('button', { name: 'Test', exact: true }).click();
  await expect(card.getByRole('button', { name: 'Test', exact: true })).toBeEnabled();
  return secretsOf(key);
}

export { expect } from '../support/test.ts';
