/** Contenders in headless Chromium, each in a worker of a page in a context of its own. */
import { chromium as playwright, type Browser } from '@playwright/test';
import { bundle } from '../page/bundle.ts';
import { servePages } from '../page/server.ts';
import type { Answer } from './answer.ts';
import type { ContenderFacts } from './contender.ts';
import type { Engine } from './running.ts';

declare global {
  /** In the page: the contender's worker. */
  var contender: Worker;
}

export function launchBrowser(): Promise<Browser> {
  return playwright.launch({ executablePath: '/usr/bin/chromium', chromiumSandbox: false });
}

export async function startChromium(contenders: readonly ContenderFacts[]): Promise<Engine> {
  const scripts = new Map<string, string>();
  for (const { file } of contenders) {
    const source = `import { load } from './bench/kdf/contenders/${file}.ts';
      import { serve } from './bench/kdf/worker.ts';
      serve(load);`;
    scripts.set(file, await bundle(`kdf-${file}`, source));
  }
  const [server, browser] = await Promise.all([servePages(), launchBrowser()]);
  return {
    name: 'chromium',
    async start({ file }, { memoryKib, passes }) {
      const context = await browser.newContext();
      const page = await context.newPage();
      await page.goto(server.url);
      await page.evaluate(
        (url) => {
          globalThis.contender = new Worker(url, { type: 'module' });
        },
        `${scripts.get(file) ?? ''}#${String(memoryKib)},${String(passes)}`,
      );
      return {
        ask: (setting) =>
          page.evaluate(async (asked) => {
            const begin = performance.now();
            const answer = await new Promise<Answer>((resolve, reject) => {
              globalThis.contender.onmessage = ({ data }: MessageEvent<Answer>) => {
                resolve(data);
              };
              globalThis.contender.onerror = ({ message }) => {
                reject(new Error(message));
              };
              globalThis.contender.postMessage({ setting: asked });
            });
            return { ...answer, roundTripMs: performance.now() - begin };
          }, setting),
        end: () => context.close(),
      };
    },
    async close() {
      await browser.close();
      server.close();
    },
  };
}
