/** What the frame costs: the time until it answers, and the memory beside what the vault in the app's own page takes. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Page } from '@playwright/test';
import type { VaultElement } from './support/app.ts';
import { expect, test } from './support/test.ts';
import { launchWeighed } from './support/weight.ts';

const rounds = 10;
/** What was promised, on a machine with nothing else to do. */
const mountMs = 200;
const memoryMiB = 30;
/** What a machine that runs other tests beside this one may need; the figures themselves are printed. */
const slack = 5;
const settleMs = 3_000;

/** Milliseconds from putting the element into the page to its first answer. */
function mount(page: Page, src: string): Promise<number> {
  return page.evaluate(async (address) => {
    const element = document.createElement('byok-vault') as VaultElement;
    element.setAttribute('src', address);
    const begun = performance.now();
    document.body.replaceChildren(element);
    await element.state();
    return performance.now() - begun;
  }, src);
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;
}

test('the frame answers soon after it is put into a page whose files are cached', async ({ page, site }) => {
  await page.goto(site.app);
  await mount(page, `${site.vault}/`);
  const times: number[] = [];
  for (let round = 0; round < rounds; round++) {
    times.push(await mount(page, `${site.vault}/`));
    await sleep(300);
  }
  const found = median(times);
  console.log(
    `mount to ready, median of ${String(rounds)}: ${found.toFixed(0)} ms (promised: ${String(mountMs)})`,
  );
  expect(found).toBeLessThan(mountMs * slack);
});

test('a frame of its own takes little more memory than the vault in the page', async ({ site }) => {
  const weigh = async (address: string, ready: (page: Page) => Promise<unknown>): Promise<number> => {
    const weighed = await launchWeighed();
    const page = await weighed.browser.newPage();
    await page.goto(address);
    await ready(page);
    await sleep(settleMs);
    const found = await weighed.weigh();
    await weighed.close();
    return found;
  };
  const inPage = await weigh(`${site.app}/import.html`, (page) =>
    expect(page.locator('#phase')).toHaveText('empty'),
  );
  const framed = await weigh(site.app, (page) =>
    expect(
      page.frameLocator('byok-vault iframe').getByRole('button', { name: 'Create vault' }),
    ).toBeVisible(),
  );
  const more = framed - inPage;
  console.log(
    `memory: ${inPage.toFixed(0)} MiB in the page, ${framed.toFixed(0)} framed, ${more.toFixed(0)} more (promised: ${String(memoryMiB)})`,
  );
  expect(more).toBeLessThan(memoryMiB * slack);
});
