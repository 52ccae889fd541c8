/**
 * Kills a real Chromium at a random moment of a random change, opens the same profile again, and demands the state from before
 * or from after that change.
 *
 *   npm run test:crash -- [--rounds N] [--seed N] [--broken]
 *
 * `--broken` splits every transaction in two, which the rounds must notice: a check of this check. The seed repeats the
 * choices; the moment within the browser's own work is the machine's.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import type { Cookie } from '@playwright/test';
import { breakStore } from './crash/broken-store.ts';
import { changes, type Change, type ChangeName } from './crash/changes.ts';
import { readState, sameState, type VaultContent } from './crash/state.ts';
import { launchKillable, type KillableBrowser } from './support/browser.ts';
import { Panel } from './support/panel.ts';
import { tearLogs, type Place } from './crash/torn-log.ts';
import { startUnlimited } from './crash/site.ts';
import type { Site } from './support/site.ts';

type Outcome = 'before' | 'after';

interface Row {
  rounds: number;
  before: number;
  after: number;
  /** Milliseconds from the click to the moment that kills are aimed around. */
  span: number;
}

const { values: options } = parseArgs({
  options: { rounds: { type: 'string' }, seed: { type: 'string' }, broken: { type: 'boolean' } },
});
const rounds = Number(options.rounds ?? 200);
const seed = Number(options.seed ?? Math.floor(Math.random() * 2 ** 31));

/** Mulberry32: small, and the same everywhere. */
function randomOf(start: number): () => number {
  let state = start;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

class Rounds {
  readonly #site: Site;
  readonly #profile: string;
  readonly #random: () => number;
  readonly #table = new Map<ChangeName, Row>();
  #browser: KillableBrowser | null = null;
  #content: VaultContent = { password: null, keys: {} };
  #cookies: Cookie[] = [];
  readonly #torn = { vault: 0, spare: 0 };

  constructor(site: Site, profile: string, random: () => number) {
    this.#site = site;
    this.#profile = profile;
    this.#random = random;
  }

  async #start(): Promise<Panel> {
    this.#browser = await launchKillable(this.#profile);
    if (options.broken) await breakStore(this.#browser.page.context());
    const { page } = this.#browser;
    // A cookie takes the browser half a minute to write. Keys are kept for one person: the one of the first start.
    await page.context().addCookies(this.#cookies);
    const panel = new Panel(page, this.#site, 'alone');
    await panel.open();
    this.#cookies = await page.context().cookies();
    return panel;
  }

  /** Opens the profile again and says which of the two states it is in. */
  async #reopen(before: VaultContent, after: VaultContent): Promise<{ panel: Panel; outcome: Outcome }> {
    const panel = await this.#start();
    const found = await readState(panel, [before.password, after.password]);
    if (sameState(found, after)) return { panel, outcome: 'after' };
    if (sameState(found, before)) return { panel, outcome: 'before' };
    throw new Error(
      `neither before nor after: found ${JSON.stringify(found)}, before ${JSON.stringify(before)}, after ${JSON.stringify(after)}`,
    );
  }

  /** Makes each change once and undisturbed, to know how long it takes. */
  async rehearse(): Promise<Panel> {
    const panel = await this.#start();
    for (const name of ['create', 'add', 'update', 'test', 'password', 'delete'] as const) {
      const change = changes[name](this.#content, this.#random);
      if (!change) throw new Error(`${name} can't be rehearsed`);
      const { begin, shown } = await change.prepare(panel);
      const from = performance.now();
      await begin();
      await shown();
      this.#table.set(name, { rounds: 0, before: 0, after: 0, span: performance.now() - from });
      this.#content = change.after;
    }
    return panel;
  }

  /** @param torn whose log half of the kills tear. */
  async round(panel: Panel, torn: Place): Promise<Panel> {
    const { name, change } = this.#choose();
    const row = this.#table.get(name) ?? { rounds: 0, before: 0, after: 0, span: 500 };
    this.#table.set(name, row);
    const before = this.#content;
    // Every other round aims at the end, where the change is written.
    const share = this.#random() < 0.5 ? this.#random() * 1.2 : 0.75 + this.#random() * 0.35;
    const delay = share * row.span;
    const { begin, shown } = await change.prepare(panel);
    const progress = { shown: false };
    const ended = begin()
      .then(shown)
      .then(
        () => {
          progress.shown = true;
        },
        () => undefined,
      );
    await sleep(delay);
    const wasShown = { ...progress }.shown;
    await this.#browser?.kill();
    await ended;
    await this.#tear(torn);
    const reopened = await this.#reopen(before, change.after);
    if (wasShown && reopened.outcome === 'before' && !sameState(before, change.after)) {
      throw new Error(`${name} was shown as done and is lost`);
    }
    row.rounds += 1;
    row[reopened.outcome] += 1;
    // Homes in on the moment at which the one turns into the other, however busy the machine is.
    if (!sameState(before, change.after)) row.span *= reopened.outcome === 'after' ? 0.9 : 1.15;
    this.#content = reopened.outcome === 'after' ? change.after : before;
    return reopened.panel;
  }

  /**
   * Half of the kills are made to look as if they had come in the middle of a log's entry: of the vault's log, and later of its
   * copy's. Both at once is nothing that one kill can do.
   */
  async #tear(place: Place): Promise<void> {
    if (this.#random() < 0.5 && (await tearLogs(place, this.#profile))) this.#torn[place]++;
  }

  #choose(): { name: ChangeName; change: Change } {
    const names = Object.keys(changes) as ChangeName[];
    for (;;) {
      const name = names[Math.floor(this.#random() * names.length)] ?? 'add';
      const change = changes[name](this.#content, this.#random);
      if (change) return { name, change };
    }
  }

  async end(): Promise<void> {
    await this.#browser?.kill();
  }

  print(): void {
    console.log('change     rounds  before  after  aimed at');
    for (const [name, { rounds: count, before, after, span }] of this.#table) {
      const cells = [String(count).padStart(6), String(before).padStart(7), String(after).padStart(6)];
      console.log(`${name.padEnd(10)} ${cells.join(' ')}  ${span.toFixed(0)} ms`);
    }
    const { vault, spare } = this.#torn;
    console.log(
      `log torn in mid-entry: ${String(vault)} times the vault's, ${String(spare)} times its copy's`,
    );
  }
}

const site = await startUnlimited();
const profile = await mkdtemp(join(tmpdir(), 'byok-crash-'));
const all = new Rounds(site, profile, randomOf(seed));
let done = 0;
try {
  console.log(`seed ${String(seed)}, ${String(rounds)} rounds`);
  let panel = await all.rehearse();
  for (; done < rounds; done++) panel = await all.round(panel, done < rounds * 0.7 ? 'vault' : 'spare');
} catch (error) {
  console.log(`round ${String(done + 1)}: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
} finally {
  await all.end();
  await site.stop();
  // What a failure left behind is to be looked at.
  if (process.exitCode === 1) console.log(`the profile is kept in ${profile}`);
  else await rm(profile, { recursive: true, force: true });
}
all.print();
console.log(
  `${String(done)} of ${String(rounds)} rounds: the vault opened with the state before or after the change`,
);
process.exit();
