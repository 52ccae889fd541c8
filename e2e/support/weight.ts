/** What a browser weighs: the memory of all of its processes, what they share counted once. */
import { readdir, readFile } from 'node:fs/promises';
import { chromium, type Browser } from '@playwright/test';
import { stockChromium } from './executables.ts';

export interface WeighedBrowser {
  readonly browser: Browser;
  /** Proportional set size of the browser's processes, in MiB. */
  weigh(): Promise<number>;
  close(): Promise<void>;
}

export async function launchWeighed(): Promise<WeighedBrowser> {
  const server = await chromium.launchServer({ executablePath: stockChromium, chromiumSandbox: false });
  const { pid } = server.process();
  if (pid === undefined) throw new Error('the browser has no process');
  const browser = await chromium.connect(server.wsEndpoint());
  return {
    browser,
    weigh: async () => {
      const sizes = await Promise.all((await processesUnder(pid)).map(sizeOf));
      return sizes.reduce((sum, size) => sum + size, 0) / 1024;
    },
    close: () => server.close(),
  };
}

async function processesUnder(root: number): Promise<number[]> {
  const parents = new Map<number, number>();
  for (const name of await readdir('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const stat = await readFile(`/proc/${name}/stat`, 'utf8').catch(() => '');
    const [, parent] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    parents.set(Number(name), Number(parent));
  }
  const found = [root];
  // It grows while it is walked.
  for (const one of found)
    found.push(...[...parents].filter(([, parent]) => parent === one).map(([child]) => child));
  return found;
}

/** In KiB; 0 for a process that is gone by now. */
async function sizeOf(pid: number): Promise<number> {
  const rollup = await readFile(`/proc/${String(pid)}/smaps_rollup`, 'utf8').catch(() => '');
  return Number(/^Pss:\s+(\d+) kB$/m.exec(rollup)?.[1] ?? 0);
}
