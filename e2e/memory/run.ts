/** One vault in one browser, from the password to the lock, looked at after each step. */
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from '@playwright/test';
import { Panel, type Form } from '../support/panel.ts';
import { hold } from '../support/hold.ts';
import { root, type Site } from '../support/site.ts';
import { dumpStored, headerIn } from '../support/stored.ts';
import { launchMarked, type Engine, type MarkedBrowser } from './browsers.ts';
import { typed, type Way } from './entering.ts';
import { Secrets, secrets, type Secret } from './needles.ts';
import { look, processesOf } from './processes.ts';
import { Search } from './search.ts';

export interface Scenario {
  readonly engine: Engine;
  readonly way: Way;
  readonly form: Form;
  readonly tabs: 1 | 2;
  readonly build: 'wasm' | 'wasm-nowipe';
}

export const steps = [
  'before',
  'wrong password',
  'typed',
  'unlocked',
  'key typed',
  'testing',
  'tested',
  'sealed',
  'locked',
  'frame gone',
] as const;
export type Step = (typeof steps)[number];

/** Where something was found: the processes that host the vault's document, the browser's own, and all others. */
export const places = ['vault', 'browser', 'other'] as const;
export type Place = (typeof places)[number];

export interface Count {
  readonly secret: Secret;
  readonly place: Place;
  readonly kind: string;
  readonly pid: number;
  readonly encoding: string;
  /** Runs of 8 characters and more of the secret; how many of them are all of it. */
  readonly runs: number;
  readonly whole: number;
}

export interface Look {
  readonly step: Step;
  readonly counts: readonly Count[];
  readonly bytes: number;
  readonly kinds: readonly string[];
  /** Milliseconds from the end of the step to the moment at which the browser was stopped, and that the look took. */
  readonly after: number;
  readonly took: number;
}

export interface Result {
  readonly looks: readonly Look[];
  /** The processes that hosted the open vault, and those of them that still ran when the lock was looked at. */
  readonly hosts: readonly number[];
  readonly stayed: readonly number[];
}

/** The promise is about two seconds: this is when the browser is stopped to be looked at. */
const soonMs = 1800;
const createdMs = 800;
const goneMs = 500;

interface Sealing extends HTMLElement {
  seal(providers: readonly string[]): Promise<unknown[]>;
}

class Run {
  readonly #scenario: Scenario;
  readonly #browser: MarkedBrowser;
  readonly #panel: Panel;
  readonly #secrets = new Secrets();
  readonly #looks: Look[] = [];
  /** The processes that host, or have hosted, a document of the vault, and the markers that were seen in each. */
  readonly #hosts = new Map<number, Set<string>>();

  constructor(scenario: Scenario, browser: MarkedBrowser, panel: Panel) {
    this.#scenario = scenario;
    this.#browser = browser;
    this.#panel = panel;
  }

  /** Tells the processes of the vault's documents from now on by a text that was put into them. */
  async #markDocument(panel: Panel): Promise<void> {
    const marker = this.#secrets.nextMarker();
    const document = await panel.document();
    await document.evaluate((text) => {
      Object.assign(globalThis, { marker: text });
    }, marker);
  }

  async #look(step: Step, waitMs = 0): Promise<void> {
    const from = performance.now();
    if (waitMs > 0) await sleep(waitMs);
    const stopped = performance.now();
    const { found, bytes, processes } = await look(this.#browser.run, new Search(this.#secrets.needles));
    const took = performance.now() - stopped;
    for (const { needle, process } of found) {
      if (needle.secret.startsWith('marker') && /^(renderer|tab|web)/.test(process.kind))
        this.#hosts.set(process.pid, (this.#hosts.get(process.pid) ?? new Set()).add(needle.secret));
    }
    const counts = new Map<string, { -readonly [K in keyof Count]: Count[K] }>();
    for (const { needle, process, from: start, to } of found) {
      const secret = secrets.find((each) => each === needle.secret);
      if (secret === undefined) continue;
      const { pid, kind } = process;
      const place: Place = this.#hosts.has(pid)
        ? 'vault'
        : kind === 'browser' || kind === 'parent'
          ? 'browser'
          : 'other';
      const id = [secret, pid, needle.encoding].join();
      const count = counts.get(id) ?? {
        secret,
        place,
        kind,
        pid,
        encoding: needle.encoding,
        runs: 0,
        whole: 0,
      };
      count.runs += 1;
      if (to - start === needle.bytes.length) count.whole += 1;
      counts.set(id, count);
    }
    const kinds = processes.map(({ kind }) => kind).sort();
    this.#looks.push({ step, counts: [...counts.values()], bytes, kinds, after: stopped - from, took });
  }

  /** The processes of the document that was marked last. */
  #hostsOfNewest(): number[] {
    const newest = `marker ${this.#secrets.markers.at(-1) ?? ''}`;
    return [...this.#hosts].filter(([, markers]) => markers.has(newest)).map(([pid]) => pid);
  }

  async run(): Promise<Result> {
    const { way, form, tabs } = this.#scenario;
    const panel = this.#panel;
    const { page } = panel;
    const own = this.#secrets;
    if (tabs === 2) {
      const second = new Panel(await page.context().newPage(), panel.site, form);
      await second.open();
      await this.#markDocument(second);
    }
    await panel.open();
    await typed.enter(page, panel.password, own.password);
    await typed.enter(page, panel.textbox('Confirm password'), own.password);
    await panel.button('Create vault').click();
    await expect(panel.button('Lock')).toBeVisible();
    await own.derive(headerIn(await dumpStored(await panel.document())));
    await panel.lock();
    await sleep(createdMs);
    await this.#markDocument(panel);
    await way.prepare?.(page.context(), own.wrongPassword);
    await this.#look('before');

    await panel.inFront();
    await way.enter(page, panel.password, own.wrongPassword);
    await panel.button('Unlock').click();
    await expect(panel.region.getByText('Wrong password')).toBeVisible();
    await this.#look('wrong password', soonMs);

    await way.prepare?.(page.context(), own.password);
    await panel.inFront();
    await way.enter(page, panel.password, own.password);
    await this.#look('typed');
    await panel.button('Unlock').click();
    await expect(panel.button('Lock')).toBeVisible();
    await this.#look('unlocked');

    await way.prepare?.(page.context(), own.key.value);
    await panel.inFront();
    const card = panel.card('OpenAI');
    await way.enter(page, card.getByRole('textbox', { name: 'OpenAI API key' }), own.key.value);
    await this.#look('key typed');
    // The key is sealed and on its way: from here on nobody in the browser needs it in clear.
    const request = await hold(page, '**/byok/testByokKey*');
    await panel.verifyAndSave('OpenAI');
    await request.asked;
    await this.#look('testing');
    request.letGo();
    const test = card.getByRole('button', { name: 'Test', exact: true });
    await expect(test).toBeVisible();
    await this.#look('tested');
    if (form === 'embedded') {
      await page.evaluate(() =>
        (document.querySelector('byok-vault') as unknown as Sealing).seal(['openai']),
      );
    } else {
      // Opened by itself, the vault seals for its own test alone.
      await test.click();
      await expect(test).toBeEnabled();
    }
    await this.#look('sealed');

    const hosts = this.#hostsOfNewest();
    await panel.button('Lock').click();
    await expect(panel.button('Lock')).toBeHidden();
    await this.#look('locked', soonMs);
    const still = new Set(processesOf(this.#browser.run).map(({ pid }) => pid));
    if (form === 'embedded') await page.evaluate(() => document.querySelector('byok-vault')?.remove());
    else await page.goto('about:blank');
    await this.#look('frame gone', goneMs);
    const stayed = hosts.filter((pid) => still.has(pid));
    return { looks: this.#looks, hosts, stayed };
  }
}

export async function runScenario(scenario: Scenario, site: Site): Promise<Result> {
  const browser = await launchMarked(scenario.engine);
  try {
    const { context } = browser;
    if (scenario.build !== 'wasm') {
      for (const name of ['vault', 'deriver'])
        await context.route(new RegExp(`/${name}-[0-9a-f]+\\.wasm$`), (route) =>
          route.fulfill({
            path: `${root}build/${scenario.build}/${name}.wasm`,
            contentType: 'application/wasm',
          }),
        );
    }
    const page = context.pages()[0] ?? (await context.newPage());
    return await new Run(scenario, browser, new Panel(page, site, scenario.form)).run();
  } finally {
    await browser.close();
  }
}
