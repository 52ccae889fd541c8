/** The attacker as a test holds him: his scripts in the app's page, and the search through what they brought home. */
import type { BrowserContext, Page } from '@playwright/test';
import { findLeaks, type Canary, type Leak, type Sunk } from '../support/leak.ts';
import { expect } from '../support/test.ts';
import { listenToAll, lookAround, openLoot, tapGlobals, type Kept } from './loot.ts';

type Script = () => void;

function asText(...scripts: Script[]): string {
  return scripts.map((script) => `(${script.toString()})();`).join('\n');
}

export class Attacker {
  readonly #vault: string;
  readonly #secrets: readonly Canary[];
  readonly #sunk: Sunk[] = [];

  /**
   * @param vault the one origin in which his scripts don't run; empty where there is none.
   * @param secrets what he must never hold.
   */
  constructor(vault: string, secrets: readonly Canary[] = []) {
    this.#vault = vault;
    this.#secrets = secrets;
  }

  /** Before any script of the app, in each of its documents. Before the page is opened. */
  async enter(where: BrowserContext | Page, ...scripts: Script[]): Promise<void> {
    const content = asText(openLoot, ...scripts);
    // An init script runs in the vault's frame too, where no attacker gets it to run.
    await where.addInitScript({
      content: `if (self.origin !== ${JSON.stringify(this.#vault)} && !window.loot) { ${content} }`,
    });
  }

  /** All of it. */
  async enterFully(where: BrowserContext | Page): Promise<void> {
    await this.enter(where, tapGlobals, listenToAll);
  }

  /** Into a page that is there already. */
  async enterLate(page: Page): Promise<void> {
    await page.evaluate(asText(openLoot, tapGlobals, listenToAll));
  }

  /** What a test itself was told, as the app would be. */
  keep(from: string, value: unknown): void {
    this.#sunk.push({ sink: from, bytes: Buffer.from(JSON.stringify(value)) });
  }

  /** Takes what the page has kept so far; a document that goes loses it. */
  async collect(page: Page): Promise<void> {
    await page.evaluate(lookAround);
    const kept = await page.evaluate((): Kept[] => window.loot.all());
    for (const { from, texts, base64 } of kept) {
      for (const text of texts) this.#sunk.push({ sink: from, bytes: Buffer.from(text) });
      for (const bytes of base64) this.#sunk.push({ sink: from, bytes: Buffer.from(bytes, 'base64') });
    }
  }

  /** True where something that was kept holds the text. */
  holds(text: string): boolean {
    return this.#sunk.some(({ bytes }) => Buffer.from(bytes).includes(text));
  }

  find(secrets: readonly Canary[]): Leak[] {
    const bySink = new Map<string, Uint8Array[]>();
    for (const { sink, bytes } of this.#sunk)
      bySink.set(sink, [...(bySink.get(sink) ?? []), bytes, Buffer.from('\n')]);
    const joined = [...bySink].map(([sink, all]) => ({ sink, bytes: Buffer.concat(all) }));
    return findLeaks(joined, secrets);
  }

  /** Takes what the page has, and fails where any of it, now or before, holds a secret. @param more secrets of this test. */
  async expectNothing(page: Page, ...more: readonly Canary[]): Promise<void> {
    await this.collect(page);
    expect(this.#sunk.length, 'nothing found in nothing proves nothing').toBeGreaterThan(0);
    expect(this.find([...this.#secrets, ...more])).toEqual([]);
  }
}
