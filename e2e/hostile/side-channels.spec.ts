/** What leaks around the frame: entries, errors, times, sizes, and names that a debugger or a task manager shows. */
import { findLeaks, findWords } from '../support/leak.ts';
import { expect, secretsOf, test, unlockByKeys, useVault } from './test.ts';

const providers = ['openai', 'gemini', 'anthropic', 'mistral', 'groq', 'deepseek', 'openrouter', 'cohere'];

test.beforeEach(async ({ attacker, victim }) => {
  await attacker.enterFully(victim.page);
  await victim.open();
});

test('performance entries name the frame and nothing that the frame loads or does', async ({
  attacker,
  victim,
  site,
}) => {
  const fresh = await useVault(victim);
  const entries = await victim.page.evaluate(() => {
    const all = performance.getEntries();
    window.loot.take(
      'performance entries',
      all.map((entry) => JSON.stringify(entry)),
    );
    return all.map(({ name, entryType }) => ({ name, entryType }));
  });
  const ofVault = entries.filter(({ name }) => name.startsWith(site.vault));
  expect(ofVault).toEqual([{ name: `${site.vault}/`, entryType: 'resource' }]);
  await attacker.expectNothing(victim.page, ...fresh);
});

test('errors, rejections and violated policies in the frame are none of the page’s', async ({
  attacker,
  victim,
  stock,
}) => {
  await unlockByKeys(victim);
  await victim.page.evaluate(() => {
    const heard: string[] = [];
    Object.assign(window, { heardErrors: heard });
    for (const name of ['error', 'unhandledrejection', 'securitypolicyviolation'])
      window.addEventListener(name, () => heard.push(name), true);
  });
  const inside = await victim.document();
  await inside.evaluate((key) => {
    setTimeout(() => {
      throw new Error(`planted ${key}`);
    });
    void Promise.reject(new Error(`planted ${key}`));
    const image = new Image();
    image.src = `https://elsewhere.example/${key}`;
    document.body.append(image);
  }, stock.key.value);
  await expect(victim.button('Lock')).toBeVisible();
  await victim.lock();
  expect(
    await victim.page.evaluate(() => (window as unknown as { heardErrors: string[] }).heardErrors),
  ).toEqual([]);
  await attacker.expectNothing(victim.page);
});

test('how long a refusal takes does not follow the length of what was typed', async ({
  attacker,
  victim,
}) => {
  const { page } = victim;
  const median = (all: number[]): number => all.sort((a, b) => a - b)[all.length >> 1] ?? NaN;
  const times: Record<'short' | 'long', number[]> = { short: [], long: [] };
  // Four in all: from the fifth on, the vault makes whoever tries wait.
  for (const round of [0, 1]) {
    for (const kind of ['short', 'long'] as const) {
      await page.reload();
      await victim.password.fill(
        kind === 'short' ? `wrong${String(round)}` : `wrong${String(round)}`.repeat(40),
      );
      await expect(victim.region.getByText('Wrong password')).toBeHidden();
      const start = Date.now();
      await victim.button('Unlock').click();
      await expect(victim.region.getByText('Wrong password')).toBeVisible();
      times[kind].push(Date.now() - start);
    }
  }
  const ratio = median(times.long) / median(times.short);
  expect(ratio).toBeGreaterThan(1 / 3);
  expect(ratio).toBeLessThan(3);
  await attacker.expectNothing(page);
});

test('names that a task manager or a debugger shows hold no provider, key, user or password', async ({
  attacker,
  browser,
  victim,
  stock,
}) => {
  const fresh = await useVault(victim);
  const cdp = await browser.newBrowserCDPSession();
  const { targetInfos } = await cdp.send('Target.getTargets', { filter: [{}] });
  const inside = await victim.document();
  const names = [
    ...targetInfos.map(({ title, url, type }) => [title, url, type]),
    await inside.evaluate(() => [document.title, location.href, window.name, document.referrer]),
  ];
  const sunk = [{ sink: 'names', bytes: Buffer.from(JSON.stringify(names)) }];
  expect(findLeaks(sunk, [...stock.secrets, ...fresh])).toEqual([]);
  expect(findWords(sunk, [...providers, 'demo-', 'Demo user'])).toEqual([]);
  expect(names.flat().filter((name) => name.endsWith('#vault'))).not.toEqual([]);
  await attacker.expectNothing(victim.page, ...fresh);
});

test('the frame counts no frames, has no name and gives no title, whatever its vault does', async ({
  attacker,
  victim,
}) => {
  const look = (): Promise<unknown> =>
    victim.page.evaluate(() => {
      const frame = document.querySelector('byok-vault')?.shadowRoot?.querySelector('iframe');
      return [frame?.contentWindow?.length, frame?.name, frame?.title, document.title, history.length];
    });
  const locked = await look();
  await unlockByKeys(victim);
  expect(await look()).toEqual(locked);
  await victim.lock();
  expect(await look()).toEqual(locked);
  await attacker.expectNothing(victim.page);
});

test('can’t be hidden: the height that the panel asks for tells roughly how much is in it, and no more than a number', async ({
  attacker,
  victim,
  stock,
}) => {
  await victim.page.evaluate(() => {
    const sizes: string[] = [];
    Object.assign(window, { sizes });
    const frame = document.querySelector('byok-vault')?.shadowRoot?.querySelector('iframe');
    if (frame)
      new MutationObserver(() => {
        sizes.push(frame.getAttribute('style') ?? '');
      }).observe(frame, { attributes: true, attributeFilter: ['style'] });
  });
  const sizes = (): Promise<string[]> =>
    victim.page.evaluate(() => (window as unknown as { sizes: string[] }).sizes);
  await unlockByKeys(victim);
  await expect.poll(async () => (await sizes()).length).toBeGreaterThan(0);
  expect((await sizes()).filter((size) => !/^block-size: \d{1,5}px;$/.test(size))).toEqual([]);
  await attacker.expectNothing(victim.page, ...secretsOf(stock.key));
});
