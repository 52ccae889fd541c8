/**
 * What a person waits for, in Chromium on the demo site with a vault of 100 keys: from opening the page to being able to type, from
 * `Unlock` to the cards, from `Lock` to the workers being gone.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { BrowserContext, Page } from '@playwright/test';
import { startSite, type Site } from '../e2e/support/site.ts';
import { launchBrowser } from './engine/chromium.ts';
import { medianOf } from './rounds.ts';
import { keysPassword, makeStoredVault, storeVault } from './stored-vault.ts';

export interface Span {
  readonly median_ms: number;
  readonly min_ms: number;
}

export interface Felt {
  readonly records: number;
  /** From the navigation to an enabled password field, all files cached: the vault by itself, and framed by an app. */
  readonly typing: Span;
  readonly typing_embedded: Span;
  readonly unlock: Span;
  /** The call into Argon2 within the same unlocks, and what is left beside it. */
  readonly derivation: Span;
  readonly added: Span;
  readonly lock: Span;
}

declare global {
  /** In the page: the moments that were noted, in milliseconds since 1970. */
  var noted: Map<string, number>;
}

const records = 100;

function spanOf(values: readonly number[]): Span {
  return { median_ms: medianOf(values), min_ms: Math.min(...values) };
}

/** Before every script of a document: notes when its password field can be typed into, and when cards are drawn. */
function noteMoments(): void {
  globalThis.noted = new Map();
  const now = (): number => performance.timeOrigin + performance.now();
  const look = (): void => {
    const { noted } = globalThis;
    if (!noted.has('typing') && document.querySelector('form input:not(:disabled)') !== null)
      noted.set('typing', now());
    if (noted.has('cards') || document.querySelector('.card.provider') === null) return;
    noted.set('cards', 0);
    // Drawn, not only put into the document: the first frame after it has begun.
    requestAnimationFrame(() => {
      noted.set('cards', now());
    });
  };
  new MutationObserver(look).observe(document, { subtree: true, childList: true, attributes: true });
}

/** Before the deriver's own script: tells how long the call into Argon2 took. */
const noteDerivation = `
  const { instantiate } = WebAssembly;
  WebAssembly.instantiate = async (module, imports) => {
    const instance = await instantiate(module, imports);
    const { byok_derive_kek: derive } = instance.exports;
    if (derive === undefined) return instance;
    return {
      exports: {
        ...instance.exports,
        byok_derive_kek(...args) {
          const begin = performance.now();
          const status = derive(...args);
          const channel = new BroadcastChannel('bench');
          channel.postMessage(performance.now() - begin);
          channel.close();
          return status;
        },
      },
    };
  };
`;

async function noteDerivations(context: BrowserContext): Promise<void> {
  await context.route(/\/worker[-.\w]*\.js$/, async (route) => {
    const response = await route.fetch({ maxRetries: 3 });
    await route.fulfill({ response, body: noteDerivation + (await response.text()) });
  });
  await context.addInitScript(() => {
    new BroadcastChannel('bench').onmessage = ({ data }: MessageEvent<number>) => {
      globalThis.noted.set('derivation', data);
    };
  });
}

/** Waits until the moment was noted. */
async function moment(where: Pick<Page, 'waitForFunction'>, name: string): Promise<number> {
  const handle = await where.waitForFunction((of) => globalThis.noted.get(of) ?? 0, name);
  return handle.jsonValue();
}

async function timeTyping(context: BrowserContext, site: Site, rounds: number): Promise<[Span, Span]> {
  await context.addInitScript(noteMoments);
  const page = await context.newPage();
  const alone: number[] = [];
  const embedded: number[] = [];
  for (let round = -1; round < rounds; round += 1) {
    for (const [url, times] of [
      [site.vault, alone],
      [site.app, embedded],
    ] as const) {
      await page.goto(url);
      const frame = await vaultFrame(page, site);
      const at = await moment(frame, 'typing');
      const begun = await page.evaluate(() => performance.timeOrigin);
      // The first round fills the cache.
      if (round >= 0) times.push(at - begun);
      await sleep(300);
    }
  }
  await page.close();
  return [spanOf(alone), spanOf(embedded)];
}

/** The document of the vault's origin, which may be the page's own. */
async function vaultFrame(page: Page, site: Site): Promise<ReturnType<Page['frames']>[number]> {
  for (;;) {
    const frame = page.frames().find((each) => each.url().startsWith(site.vault));
    if (frame !== undefined) return frame;
    await sleep(5);
  }
}

/** Presses a button of the page from within it. @returns when, in milliseconds since 1970. */
function press(page: Page, name: string): Promise<number> {
  return page.getByRole('button', { name, exact: true }).evaluate((button: HTMLElement) => {
    const at = performance.timeOrigin + performance.now();
    button.click();
    return at;
  });
}

async function timeUnlocks(
  context: BrowserContext,
  site: Site,
  rounds: number,
): Promise<Pick<Felt, 'unlock' | 'derivation' | 'added' | 'lock'>> {
  await context.addInitScript(noteMoments);
  await noteDerivations(context);
  const page = await context.newPage();
  const found = {
    unlock: [] as number[],
    derivation: [] as number[],
    added: [] as number[],
    lock: [] as number[],
  };
  await page.goto(site.vault);
  for (let round = -1; round < rounds; round += 1) {
    await moment(page, 'typing');
    await page.getByRole('textbox', { name: 'Vault password', exact: true }).fill(keysPassword);
    // As long as someone takes to press the button.
    await sleep(300);
    const pressed = await press(page, 'Unlock');
    const unlock = (await moment(page, 'cards')) - pressed;
    const derivation = await moment(page, 'derivation');
    await sleep(500);
    const workers = page.workers().filter((worker) => worker.url().endsWith('#vault'));
    const gone = Promise.all(
      workers.map(
        (worker) =>
          new Promise<number>((resolve) => {
            worker.once('close', () => {
              resolve(performance.timeOrigin + performance.now());
            });
          }),
      ),
    );
    const left = page.waitForEvent('load');
    const locked = await press(page, 'Lock');
    const lock = Math.max(...(await gone)) - locked;
    await left;
    if (round < 0) continue;
    found.unlock.push(unlock);
    found.derivation.push(derivation);
    found.added.push(unlock - derivation);
    found.lock.push(lock);
  }
  await page.close();
  return {
    unlock: spanOf(found.unlock),
    derivation: spanOf(found.derivation),
    added: spanOf(found.added),
    lock: spanOf(found.lock),
  };
}

export async function measureFelt(rounds: number): Promise<Felt> {
  const [site, browser] = await Promise.all([startSite(), launchBrowser()]);
  try {
    const vault = await makeStoredVault(records);
    const typing = await browser.newContext();
    await storeVault(typing, site, vault);
    const [alone, embedded] = await timeTyping(typing, site, rounds);
    await typing.close();
    const unlocking = await browser.newContext();
    await storeVault(unlocking, site, vault);
    const spans = await timeUnlocks(unlocking, site, rounds);
    return { records, typing: alone, typing_embedded: embedded, ...spans };
  } finally {
    await browser.close();
    await site.stop();
  }
}
