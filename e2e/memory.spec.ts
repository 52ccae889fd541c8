/** What the memory of every WebAssembly instance holds at each moment, counted from outside over the debugging protocol. */
import type { Browser, BrowserContext } from '@playwright/test';
import type { Cdp } from './support/cdp.ts';
import { launchWithCdp } from './support/chromium.ts';
import { keyOf } from './support/keys.ts';
import { scan, watchMemories, type Needles, type Scan } from './support/memory.ts';
import { deriveKek, openVaultKey } from './support/oracle.ts';
import { goodPassword, Panel, type Form, forms } from './support/panel.ts';
import { root, type Site } from './support/site.ts';
import { dumpStored, headerIn } from './support/stored.ts';
import { expect, test } from './support/test.ts';

type Build = 'wasm' | 'wasm-hold' | 'wasm-nowipe';

const openai = keyOf('OpenAI');
/** Its test does not end before the platform gives up. */
const anthropic = keyOf('Anthropic', 'slow');
const gemini = keyOf('Gemini');
const none = { vaultKey: 0, openai: 0, gemini: 0, anthropic: 0, password: 0, wrongPassword: 0, wrongKek: 0 };
const wrongPassword = 'an entirely different password';

declare global {
  /** Set by a test at the moment from which on the debugger is to stop. */
  var holding: boolean | undefined;
}

/** Stops the vault's document where it is about to end a worker, once a test asked for that. */
function holdBeforeTerminate(): void {
  // eslint-disable-next-line @typescript-eslint/unbound-method -- called with its own `this` below
  const terminate = Worker.prototype.terminate;
  Worker.prototype.terminate = function (this: Worker) {
    // eslint-disable-next-line no-debugger -- the scan looks at this very moment
    if (globalThis.holding) debugger;
    terminate.call(this);
  };
}

async function useBuild(context: BrowserContext, build: Build): Promise<void> {
  if (build === 'wasm') return;
  await context.route(/\/vault-\w+\.wasm$/, (route) =>
    route.fulfill({ path: `${root}build/${build}/vault.wasm`, contentType: 'application/wasm' }),
  );
}

class Scanned {
  readonly panel: Panel;
  readonly #cdp: Cdp;
  readonly #browser: Browser;
  needles: Needles = {};

  private constructor(panel: Panel, cdp: Cdp, browser: Browser) {
    this.panel = panel;
    this.#cdp = cdp;
    this.#browser = browser;
  }

  /** An unlocked vault with two keys, in a browser of its own. */
  static async start(site: Site, form: Form, build: Build): Promise<Scanned> {
    const { browser, cdp } = await launchWithCdp();
    const context = await browser.newContext();
    await context.addInitScript(holdBeforeTerminate);
    await watchMemories(context);
    await useBuild(context, build);
    const scanned = new Scanned(new Panel(await context.newPage(), site, form), cdp, browser);
    for (const type of ['page', 'iframe', 'worker']) await cdp.onEach(type, 'Debugger.enable');
    await scanned.panel.openAndCreate();
    return scanned;
  }

  async fill(): Promise<void> {
    await this.panel.add('OpenAI', openai.value);
    await this.panel.add('Gemini', gemini.value);
    const header = headerIn(await dumpStored(await this.panel.document()));
    this.needles = {
      vaultKey: await openVaultKey(header, goodPassword),
      openai: Buffer.from(openai.random),
      gemini: Buffer.from(gemini.random),
      anthropic: Buffer.from(anthropic.random),
      password: Buffer.from(goodPassword),
      wrongPassword: Buffer.from(wrongPassword),
      wrongKek: await deriveKek(header, wrongPassword),
    };
  }

  /** With a key entered whose test has not ended. */
  async scanWhileTesting(): Promise<Scan> {
    const sent = this.panel.page.waitForRequest(/testByokKey/);
    await this.panel.enter('Anthropic', anthropic.value);
    await sent;
    return this.scan();
  }

  scan(): Promise<Scan> {
    return scan(this.#cdp, this.needles);
  }

  /**
   * Scans at the next hold, which `begin` leads to, then lets everything go on.
   * @param where the targets whose holds count: `worker` in the middle of sealing, `document` before a worker ends.
   */
  async scanAtHold(where: 'worker' | 'document', begin: () => Promise<unknown>): Promise<Scan> {
    const types = where === 'worker' ? ['worker'] : ['page', 'iframe'];
    const targets = types.flatMap((type) => this.#cdp.targets(type));
    const setHolding = (holding: boolean): Promise<unknown> =>
      Promise.all(
        targets.map((target) =>
          target.send('Runtime.evaluate', { expression: `globalThis.holding = ${String(holding)}` }),
        ),
      );
    await setHolding(true);
    const paused = this.#cdp.next('Debugger.paused');
    const begun = begin();
    const { target } = await paused;
    const scan = await this.scan();
    await setHolding(false);
    await target.send('Debugger.resume');
    await begun;
    return scan;
  }

  async end(): Promise<void> {
    this.#cdp.close();
    await this.#browser.close();
  }
}

/** Lock by the button, looked at after the wipe and before the worker ends. */
function scanLock(scanned: Scanned): Promise<Scan> {
  return scanned.scanAtHold('document', () => scanned.panel.button('Lock').click());
}

for (const form of forms) {
  test(`${form}: unlocked and idle, memory holds the vault key and no provider key; locked, neither`, async ({
    site,
  }) => {
    const scanned = await Scanned.start(site, form, 'wasm');
    await scanned.fill();

    const idle = await scanned.scan();
    expect(idle.found).toMatchObject({ openai: 0, gemini: 0, password: 0 });
    expect(idle.found['vaultKey']).toBeGreaterThanOrEqual(1);

    const testing = await scanned.scanWhileTesting();
    expect(testing.found).toMatchObject({ openai: 0, gemini: 0, anthropic: 0, password: 0 });

    const locked = await scanLock(scanned);
    expect(locked.memories, 'the memory that is about to go was looked at').toBeGreaterThanOrEqual(1);
    expect(locked.found).toEqual(none);

    await expect(scanned.panel.password).toBeVisible();
    await scanned.panel.password.fill(wrongPassword);
    await expect.poll(async () => (await scanned.scan()).bytes).toBeGreaterThan(64 * 1024 * 1024);
    expect((await scanned.scan()).found, 'what the deriver that is made ready knows').toEqual(none);
    const derived = await scanned.scanAtHold('document', () => scanned.panel.button('Unlock').click());
    expect(derived.bytes, "the deriver's memory was looked at").toBeGreaterThan(64 * 1024 * 1024);
    expect(derived.found).toMatchObject({ wrongPassword: 0, wrongKek: 0, vaultKey: 0 });
    await expect(scanned.panel.region.getByText('Wrong password')).toBeVisible();
    const refused = await scanned.scan();
    expect(refused.found).toEqual(none);
    await scanned.end();
  });
}

test('held in the middle of sealing, memory holds that provider key alone; right after, none', async ({
  site,
}) => {
  const scanned = await Scanned.start(site, 'alone', 'wasm-hold');
  await scanned.fill();
  const test = scanned.panel.card('OpenAI').getByRole('button', { name: 'Test', exact: true });
  const held = await scanned.scanAtHold('worker', () => test.click());
  expect(held.found['openai']).toBeGreaterThanOrEqual(1);
  expect(held.found).toMatchObject({ gemini: 0, password: 0 });
  await expect(test).toBeEnabled();
  const after = await scanned.scan();
  expect(after.found).toMatchObject({ openai: 0, gemini: 0, password: 0 });
  await scanned.end();
});

test('with wiping switched off the same scans find what should be gone', async ({ site }) => {
  const scanned = await Scanned.start(site, 'alone', 'wasm-nowipe');
  await scanned.fill();
  const testing = await scanned.scanWhileTesting();
  expect(testing.found['anthropic'], 'provider key, while its test is under way').toBeGreaterThanOrEqual(1);
  const locked = await scanLock(scanned);
  expect(locked.found['vaultKey'], 'vault key, after lock').toBeGreaterThanOrEqual(1);
  // The document after the lock has what it asks for.
  await expect(scanned.panel.password).toBeVisible();
  await scanned.end();
});
