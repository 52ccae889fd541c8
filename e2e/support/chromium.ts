/** A Chromium with its debugging protocol open beside Playwright's own channel to it. */
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { chromium, type Browser } from '@playwright/test';
import { Cdp } from './cdp.ts';

export async function launchWithCdp(): Promise<{ browser: Browser; cdp: Cdp }> {
  const port = await freePort();
  const browser = await chromium.launch({
    executablePath: '/usr/bin/chromium',
    chromiumSandbox: false,
    args: [`--remote-debugging-port=${String(port)}`],
  });
  return { browser, cdp: await Cdp.connect(port) };
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => {
        resolve(port);
      });
    });
  });
}
