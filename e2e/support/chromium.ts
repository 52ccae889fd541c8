/** A Chromium with its debugging protocol open beside Playwright's own channel to it. */
import { chromium, type Browser } from '@playwright/test';
import { freePort } from '../../server/testing/ports.ts';
import { Cdp } from './cdp.ts';
import { stockChromium } from './executables.ts';

export async function launchWithCdp(): Promise<{ browser: Browser; cdp: Cdp }> {
  const port = await freePort();
  const browser = await chromium.launch({
    executablePath: stockChromium,
    chromiumSandbox: false,
    args: [`--remote-debugging-port=${String(port)}`],
  });
  return { browser, cdp: await Cdp.connect(port) };
}
