/**
 * Draws every state of the panel at three widths in both themes, to be looked at: `npm run screenshots`. They go to
 * build/screenshots; docs/panel.png is the one that the README shows.
 */
import { mkdir, rm } from 'node:fs/promises';
import { chromium, expect, type BrowserContext, type Locator, type Page } from '@playwright/test';
import { hello } from '../web/embed/protocol.ts';
import { words } from '../web/panel/words.ts';
import { sealIn } from './support/app.ts';
import { stockChromium } from './support/executables.ts';
import { inject } from './support/inject.ts';
import { keyOf } from './support/keys.ts';
import { forms, goodPassword, Panel, type Form } from './support/panel.ts';
import { answerJobs, answerReceipts, readAgain, switchOff } from './support/platform.ts';
import { root, startSite, type Site } from './support/site.ts';
import { flipBit, storedItems, writeItems } from './support/tamper.ts';

const widths = { phone: 360, tablet: 768, desktop: 1280 } as const;
const windowHeight = 900;
const themes = ['light', 'dark'] as const;
const folder = `${root}build/screenshots`;

type Shoot = (state: string) => Promise<void>;

/** Clicks until it shows: right after a picture of the whole page, the browser may not find what lies under the pointer in a frame. */
async function openDialog(panel: Panel, button: Locator): Promise<void> {
  await expect(async () => {
    await button.click({ timeout: 2_000 });
    await expect(panel.dialog).toBeVisible({ timeout: 500 });
  }).toPass({ timeout: 15_000 });
}

async function cancel(panel: Panel): Promise<void> {
  await expect(async () => {
    const button = panel.dialog.getByRole('button', { name: words.cancel });
    if (await button.isVisible()) await button.click({ timeout: 2_000 });
    await expect(panel.dialog).toBeHidden({ timeout: 500 });
  }).toPass({ timeout: 15_000 });
}

/** Every state, reached one after the other. */
async function visitStates(panel: Panel, shoot: Shoot): Promise<void> {
  await panel.open();
  await shoot('01-no-vault');
  await panel.password.fill('short');
  await panel.textbox('Confirm password').fill('shorter');
  await panel.button('Create vault').click();
  await shoot('02-refused-password');
  await panel.create();
  await shoot('03-unlocked-empty');
  await panel.add('OpenAI', keyOf('OpenAI').value);
  await panel.enter('Gemini', keyOf('Gemini', 'restricted').value);
  await expect(panel.card('Gemini')).toContainText(words.verdicts.restricted.label);
  await panel.enter('Anthropic', keyOf('Anthropic', 'invalid').value);
  await expect(panel.card('Anthropic').getByText(words.outcome.notSaved)).toBeVisible();
  await shoot('04-keys');
  await panel.enter('Anthropic', keyOf('Anthropic', 'provider_down').value);
  await expect(
    panel.card('Anthropic').getByRole('button', { name: words.outcome.saveUntested }),
  ).toBeVisible();
  await shoot('05-save-untested');
  await panel.fillKey('Anthropic', keyOf('OpenAI').value);
  await expect(panel.card('Anthropic').getByText(words.shape.looksLike('OpenAI'))).toBeVisible();
  await shoot('06-other-provider');
  await panel.enter('Anthropic', keyOf('Anthropic', 'slow').value);
  await shoot('07-testing');
  await openDialog(panel, panel.card('OpenAI').getByRole('button', { name: 'Delete', exact: true }));
  await shoot('08-delete');
  await cancel(panel);
  await panel.button(words.card.more).click();
  await panel.openSettings();
  await shoot('09-settings-and-more-providers');
  await panel.fillChangePassword(goodPassword, 'another password that is good 8');
  await shoot('10-change-password');
  await cancel(panel);
  await panel.fillStartOver();
  await shoot('11-start-over');
  await cancel(panel);
  const document = await panel.document();
  const [record] = await storedItems(document, 'BYKR');
  if (record) await writeItems(document, 'BYKR', [{ ...record, hex: flipBit(record.hex, 60) }]);
  await panel.lock();
  await shoot('12-locked');
  await panel.password.fill('a wrong password');
  await panel.button('Unlock').click();
  await expect(panel.region.getByText('Wrong password')).toBeVisible();
  await shoot('13-wrong-password');
  await panel.unlock();
  await expect(panel.region.getByText(words.damage.title)).toBeVisible();
  await shoot('14-damaged');
}

/** An app that asks: embedded only. */
async function visitApps(panel: Panel, shoot: Shoot): Promise<void> {
  await panel.openAndCreate();
  await panel.add('OpenAI', keyOf('OpenAI').value);
  await sealIn(panel.page, 'openai');
  await expect(panel.region.getByText(words.apps.title)).toBeVisible();
  await shoot('16-apps');
  await openDialog(panel, panel.button(words.apps.revokeWhat(panel.site.app)));
  await shoot('17-revoke');
  await panel.dialog.getByRole('button', { name: words.apps.revoke, exact: true }).click();
  await expect(panel.region.getByText(words.apps.title)).toBeHidden();
  const asked = sealIn(panel.page, 'openai');
  await expect(panel.button(words.dialogAllow.allow)).toBeEnabled();
  await shoot('18-allow');
  await panel.press(panel.button(words.dialogUnlock.cancel));
  await asked;
  await panel.lock();
  const locked = sealIn(panel.page, 'openai');
  await expect(panel.inside.getByText(words.dialogUnlock.asks(new URL(panel.site.app).host))).toBeVisible();
  await shoot('19-unlock-dialog');
  await panel.press(panel.button(words.dialogUnlock.cancel));
  await locked;
}

/** What became of jobs: in the panel, and in the app that ran them. Embedded only. */
async function visitJobs(panel: Panel, shoot: Shoot): Promise<void> {
  const { page, site } = panel;
  const context = page.context();
  await answerReceipts(context, site.vault, () => [
    {},
    { provider: 'openai', credential: 'server', reason: 'wrong_region_or_ip' },
    { provider: 'anthropic', outcome: 'refused', reason: 'cache_miss' },
  ]);
  await panel.openAndCreate();
  for (const provider of ['Gemini', 'OpenAI', 'Anthropic'] as const)
    await panel.add(provider, keyOf(provider).value);
  await readAgain(panel, panel.card('Gemini').getByText(words.receipts.used('now')));
  const asked = { credential: 'user', reason: 'as_asked', attempts: 1, sealId: null };
  const ends = {
    '21-used-and-answered': {
      state: 'done',
      text: 'A vault keeps what others must not have.',
      receipt: asked,
    },
    '22-answered-instead': {
      state: 'done',
      text: 'A vault keeps what others must not have.',
      receipt: { ...asked, credential: 'server', reason: 'invalid' },
    },
    '23-job-refused': {
      state: 'failed',
      error: 'user_key_failed',
      receipt: { ...asked, reason: 'no_credit' },
    },
  };
  for (const [state, end] of Object.entries(ends)) {
    await answerJobs(context, site, end);
    await panel.press(page.getByRole('button', { name: 'Try it', exact: true }));
    await expect(page.locator('#answer').getByText(/key/).first()).toBeVisible();
    await expect(page.getByRole('button', { name: 'Try it', exact: true })).toBeEnabled();
    await shoot(state);
  }
}

/** The platform switched the feature off. */
async function visitOffer(panel: Panel, shoot: Shoot): Promise<void> {
  const context = panel.page.context();
  const switchOn = await switchOff(context, panel.site, 'region');
  await panel.open();
  await expect(panel.region.getByText(words.offer.title)).toBeVisible();
  await shoot('24-not-offered-no-vault');
  await switchOn();
  await panel.openAndCreate();
  await panel.add('Gemini', keyOf('Gemini').value);
  await switchOff(context, panel.site, 'plan');
  await panel.open();
  await panel.unlock();
  await expect(panel.region.getByText(words.offer.title)).toBeVisible();
  await shoot('25-not-offered');
}

async function visitUnavailable(panel: Panel, shoot: Shoot): Promise<void> {
  await inject(panel.page.context(), 'no wasm', 'delete globalThis.WebAssembly;');
  await panel.open();
  await expect(panel.region.getByText(words.unavailable.cases.no_webassembly.title)).toBeVisible();
  await shoot('15-unavailable');
}

/** What a page around the frame makes it say, and what stands in its place after a lock. */
async function visitWatched(panel: Panel, shoot: Shoot): Promise<void> {
  const { page, site } = panel;
  await panel.open();
  await panel.password.pressSequentially('correct', { delay: 30 });
  await page.evaluate(() => {
    document.querySelector('a')?.focus();
  });
  await expect(panel.region.getByText(words.focusTaken)).toBeVisible();
  await shoot('16-focus-taken');
  await panel.create();
  await panel.add('OpenAI', keyOf('OpenAI').value);
  await page.evaluate((greeting) => {
    const frame = document.querySelector('byok-vault')?.shadowRoot?.querySelector('iframe')?.contentWindow;
    frame?.postMessage(greeting, '*', [new MessageChannel().port1]);
    for (let n = 0; n < 1000; n++) frame?.postMessage(n, '*');
  }, hello);
  await expect(panel.inside.getByText(words.frame.noticed.flood)).toBeVisible();
  await shoot('17-noticed');
  await page.locator('byok-vault').evaluate((element) => {
    element.style.opacity = '0.95';
  });
  await openDialog(panel, panel.card('OpenAI').getByRole('button', { name: 'Delete', exact: true }));
  await panel.dialog.getByRole('button', { name: words.remove.submit }).press('Enter');
  await expect(panel.dialog.getByText(words.unseen)).toBeVisible();
  await shoot('18-unseen');
  await page.reload();
  await panel.unlock();
  await page.locator('byok-vault').evaluate(async (element) => {
    // Out of sight at that moment, so that the placeholder stays.
    element.style.marginBlockStart = '5000px';
    await (element as unknown as { lock(): Promise<void> }).lock();
    element.style.marginBlockStart = '';
  });
  await expect(page.getByRole('button', { name: 'Unlock', exact: true })).toBeVisible();
  await shoot('19-placeholder');
  await page.route('**/config.json', (route) => route.fulfill({ json: { apps: [], sandbox: false } }));
  await page.goto(site.app);
  await expect(panel.inside.getByText(words.frame.notAllowedTitle)).toBeVisible();
  await shoot('20-not-allowed');
}

/** The browser draws of a frame what is in the window: for a picture, the window is made as tall as the page. */
async function withTallWindow(page: Page, width: number, work: () => Promise<void>): Promise<void> {
  const height = await page.evaluate(() => document.documentElement.scrollHeight);
  await page.setViewportSize({ width, height: Math.max(height, windowHeight) });
  await work();
  await page.setViewportSize({ width, height: windowHeight });
}

async function withPanel(
  newContext: (width: number) => Promise<BrowserContext>,
  site: Site,
  visit: (panel: Panel, shoot: Shoot) => Promise<void>,
  form: Form,
): Promise<void> {
  for (const [size, width] of Object.entries(widths)) {
    // Both themes of a state from one visit.
    const context = await newContext(width);
    const page = await context.newPage();
    await visit(new Panel(page, site, form), async (state) => {
      await withTallWindow(page, width, async () => {
        for (const colorScheme of themes) {
          await page.emulateMedia({ colorScheme });
          await page.screenshot({ path: `${folder}/${form}/${state}-${size}-${colorScheme}.png` });
        }
      });
    });
    await context.close();
  }
}

await rm(folder, { recursive: true, force: true });
await mkdir(folder, { recursive: true });
const site = await startSite();
const browser = await chromium.launch({ executablePath: stockChromium, chromiumSandbox: false });
const newContext = (width: number): Promise<BrowserContext> =>
  browser.newContext({ viewport: { width, height: windowHeight }, reducedMotion: 'reduce' });
try {
  for (const form of forms) {
    await withPanel(newContext, site, visitStates, form);
    await withPanel(newContext, site, visitUnavailable, form);
    await withPanel(newContext, site, visitOffer, form);
  }
  await withPanel(newContext, site, visitWatched, 'embedded');
  await withPanel(newContext, site, visitApps, 'embedded');
  await withPanel(newContext, site, visitJobs, 'embedded');
  const context = await newContext(1100);
  const panel = new Panel(await context.newPage(), site, 'embedded');
  await panel.openAndCreate();
  await panel.add('Gemini', keyOf('Gemini').value);
  await panel.add('OpenAI', keyOf('OpenAI').value);
  await panel.page.reload();
  await panel.unlock();
  await withTallWindow(panel.page, 1100, async () => {
    await panel.page.screenshot({ path: `${root}docs/panel.png` });
  });
} finally {
  await browser.close();
  await site.stop();
}
