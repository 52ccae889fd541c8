/** A Chromium of its own process group on a profile of its own, so that all of it can be killed at once. */
import { spawn } from 'node:child_process';
import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { chromium, type Page } from '@playwright/test';
import { stockChromium } from './executables.ts';

export interface KillableBrowser {
  readonly page: Page;
  /** SIGKILL to every process of it; resolves when none is left. */
  kill(): Promise<void>;
}

const startWithinMs = 15_000;

export async function launchKillable(profile: string): Promise<KillableBrowser> {
  const portFile = join(profile, 'DevToolsActivePort');
  await rm(portFile, { force: true });
  const child = spawn(
    stockChromium,
    [
      '--headless',
      '--no-sandbox',
      '--no-first-run',
      '--disable-gpu',
      '--hide-crash-restore-bubble',
      '--remote-debugging-port=0',
      `--user-data-dir=${profile}`,
      'about:blank',
    ],
    { detached: true, stdio: 'ignore' },
  );
  const group = child.pid;
  if (group === undefined) throw new Error(`${stockChromium} can't be started`);
  const kill = async (): Promise<void> => {
    process.kill(-group, 'SIGKILL');
    while (await isAlive(group)) await sleep(5);
  };
  try {
    const port = await portIn(portFile);
    const browser = await chromium.connectOverCDP(`http://127.0.0.1:${port}`);
    const context = browser.contexts()[0];
    const page = context?.pages()[0] ?? (await context?.newPage());
    if (!page) throw new Error('the browser has no page');
    return { page, kill };
  } catch (error) {
    await kill();
    throw error;
  }
}

/** Does any process of the group still run? One that nobody has collected yet (state Z) holds no file any more. */
async function isAlive(group: number): Promise<boolean> {
  for (const name of await readdir('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const stat = await readFile(`/proc/${name}/stat`, 'utf8').catch(() => '');
    const [state, , of] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    if (Number(of) === group && state !== 'Z' && state !== 'X') return true;
  }
  return false;
}

/** Chromium writes its debugging port there once it listens. */
async function portIn(file: string): Promise<string> {
  const end = Date.now() + startWithinMs;
  while (Date.now() < end) {
    const text = await readFile(file, 'utf8').catch(() => '');
    const port = /^(\d+)\n/.exec(text)?.[1];
    if (port !== undefined) return port;
    await sleep(10);
  }
  throw new Error('the browser was not ready in time');
}
