/** An app's page around the vault, as tests drive it: the element's calls, and what a hostile page does besides. */
import type { Page } from '@playwright/test';
import type { Site } from './site.ts';

export interface Sealed {
  provider: string;
  sealed: string;
  sealId: string;
}

export interface VaultElement extends HTMLElement {
  state(): Promise<string>;
  lock(): Promise<void>;
  seal(providers: readonly string[]): Promise<Sealed[]>;
}

declare global {
  interface Window {
    /** The app's ends of all channels that were made. */
    ports?: MessagePort[];
    heard?: unknown[];
  }
}

/** An app's page with nothing but a button and one element in it, which has answered. */
export async function openBareApp(
  page: Page,
  app: string,
  vault: string,
  mode: 'panel' | 'unlock' = 'panel',
): Promise<void> {
  // The vault may have been made in another tab, which lies in front of this one.
  await page.bringToFront();
  await page.goto(app);
  await page.evaluate(
    async ([src, chosen]) => {
      const element = document.createElement('byok-vault') as VaultElement;
      const heard: unknown[] = [];
      window.heard = heard;
      element.addEventListener('state', (event) => heard.push((event as CustomEvent).detail));
      element.setAttribute('src', src);
      element.setAttribute('mode', chosen);
      const button = document.createElement('button');
      button.textContent = 'Run a job';
      document.body.replaceChildren(button, element);
      await element.state();
    },
    [`${vault}/`, mode] as const,
  );
}

/** The same with the demo app's origin. */
export function openApp(page: Page, site: Site, mode: 'panel' | 'unlock' = 'panel'): Promise<void> {
  return openBareApp(page, site.app, site.vault, mode);
}

/** Calls of the element; the code where one is refused. */
export function call(page: Page, method: 'state' | 'lock' | 'seal'): Promise<string> {
  return page.locator('byok-vault').evaluate((found, name) => {
    const element = found as VaultElement;
    const begun: Promise<unknown> =
      name === 'seal' ? element.seal(['openai']) : name === 'lock' ? element.lock() : element.state();
    return begun.then(
      (result) => (typeof result === 'string' ? result : 'done'),
      (error: unknown) => (error as { code: string }).code,
    );
  }, method);
}

/** Before the page is opened: keeps every port that the app's page has made, as a hostile script in it would. */
export async function keepPorts(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const ports: MessagePort[] = [];
    window.ports = ports;
    const { MessageChannel: Original } = window;
    window.MessageChannel = class extends Original {
      constructor() {
        super();
        ports.push(this.port1);
      }
    };
  });
}

/** What the element has told of the vault's state, in order. */
export function heardStates(page: Page): Promise<unknown[]> {
  return page.evaluate(() => window.heard ?? []);
}

/** Starts `seal` in the app; the answer, or the code of the refusal, can be awaited later. */
export function sealIn(page: Page, ...providers: string[]): Promise<Sealed[] | string> {
  return page
    .locator('byok-vault')
    .evaluate(
      (element, names) =>
        (element as VaultElement).seal(names).catch((error: unknown) => (error as { code: string }).code),
      providers,
    );
}

export function stateOf(page: Page): Promise<string> {
  return page.locator('byok-vault').evaluate((element) => (element as VaultElement).state());
}
