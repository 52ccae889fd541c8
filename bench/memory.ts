/** The memory of the vault's tab before, during and after an unlock: linear memory of its wasm, and the renderers' RSS. */
import { readdir, readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { launchWithCdp } from '../e2e/support/chromium.ts';
import { scan, watchMemories } from '../e2e/support/memory.ts';
import { startSite } from '../e2e/support/site.ts';
import { keysPassword, makeStoredVault, storeVault } from './stored-vault.ts';

/** In MiB. */
export interface Memory {
  readonly rss_before: number;
  /** The most that was seen, every 5 ms. */
  readonly rss_during: number;
  /** Two seconds after the cards were there. */
  readonly rss_after: number;
  /** Of all instances together: one before, one after. */
  readonly linear_before: number;
  readonly linear_after: number;
}

const mib = 2 ** 20;
const settleMs = 2_000;

/** RSS of each renderer of the browsers below this process, in MiB by its id. */
async function renderersRss(): Promise<Map<number, number>> {
  const parents = new Map<number, number>();
  for (const name of await readdir('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const stat = await readFile(`/proc/${name}/stat`, 'utf8').catch(() => '');
    parents.set(Number(name), Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]));
  }
  const below = [process.pid];
  for (const one of below)
    below.push(...[...parents].filter(([, parent]) => parent === one).map(([child]) => child));
  const sizes = await Promise.all(below.map(async (pid) => [pid, await rendererRss(pid)] as const));
  return new Map(sizes.filter(([, size]) => size > 0));
}

/** 0 for what is no renderer, or is gone by now. */
async function rendererRss(pid: number): Promise<number> {
  const about = async (file: string): Promise<string> =>
    readFile(`/proc/${String(pid)}/${file}`, 'utf8').catch(() => '');
  if (!(await about('cmdline')).includes('--type=renderer')) return 0;
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(await about('status'))?.[1] ?? 0) / 1024;
}

export async function measureMemory(): Promise<Memory> {
  const [site, { browser, cdp }] = await Promise.all([startSite(), launchWithCdp()]);
  try {
    const context = await browser.newContext();
    await storeVault(context, site, await makeStoredVault(100));
    await watchMemories(context);
    const page = await context.newPage();
    await page.goto(site.vault);
    const field = page.getByRole('textbox', { name: 'Vault password', exact: true });
    await field.waitFor();
    await sleep(settleMs);
    const linearMiB = async (): Promise<number> => (await scan(cdp, {})).bytes / mib;
    const linearBefore = await linearMiB();
    const rssBefore = await renderersRss();

    await field.fill(keysPassword);
    const opened = page
      .locator('.card.provider')
      .first()
      .waitFor()
      .then(() => true);
    await page.getByRole('button', { name: 'Unlock', exact: true }).click();
    const peaks = new Map<number, number>();
    while (!(await Promise.race([opened, sleep(5, false)]))) {
      for (const [pid, size] of await renderersRss()) peaks.set(pid, Math.max(size, peaks.get(pid) ?? 0));
    }
    await sleep(settleMs);
    const rssAfter = await renderersRss();
    // Of the browser's renderers, the tab's is the one that grew: the others wait for pages to come.
    const grown = [...rssBefore].map(([pid, size]) => ({ pid, by: (peaks.get(pid) ?? 0) - size }));
    const tab = grown.toSorted((a, b) => b.by - a.by)[0]?.pid ?? NaN;
    return {
      rss_before: rssBefore.get(tab) ?? NaN,
      rss_during: peaks.get(tab) ?? NaN,
      rss_after: rssAfter.get(tab) ?? NaN,
      linear_before: linearBefore,
      linear_after: await linearMiB(),
    };
  } finally {
    cdp.close();
    await browser.close();
    await site.stop();
  }
}
