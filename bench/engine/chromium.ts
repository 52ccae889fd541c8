/** Contenders in headless Chromium, each in a worker of a page in a context of its own. */
import { chromium as playwright, type Browser } from '@playwright/test';
import { stockChromium } from '../../e2e/support/executables.ts';
import { bundle } from './bundle.ts';
import type { Engine, Kind, Running, Timed } from './engine.ts';
import { servePages } from './server.ts';

declare global {
  /** In the page: the contender's worker. */
  var contender: Worker;
}

export function launchBrowser(): Promise<Browser> {
  return playwright.launch({ executablePath: stockChromium, chromiumSandbox: false });
}

function bundleOf(kind: Kind, file: string): Promise<string> {
  const source = `import * as contender from './bench/${kind}/contenders/${file}.ts';
    import { answering } from './bench/${kind}/answer.ts';
    import { serve } from './bench/engine/worker.ts';
    serve(answering, contender);`;
  return bundle(`${kind}-${file}`, source);
}

export async function startChromium(): Promise<Engine> {
  const [server, browser] = await Promise.all([servePages(), launchBrowser()]);
  const bundles = new Map<string, Promise<string>>();
  return {
    name: 'chromium',
    async start<Question, Answer>(
      kind: Kind,
      file: string,
      argument: string,
    ): Promise<Running<Question, Answer>> {
      const name = `${kind} ${file}`;
      const made = bundles.get(name) ?? bundleOf(kind, file);
      bundles.set(name, made);
      const url = `${await made}#${argument}`;
      const context = await browser.newContext();
      const page = await context.newPage();
      await page.goto(server.url);
      await page.evaluate((script) => {
        globalThis.contender = new Worker(script, { type: 'module' });
      }, url);
      return {
        async ask(question) {
          const answer = await page.evaluate(async (asked: unknown) => {
            const begin = performance.now();
            const given = await new Promise<object>((resolve, reject) => {
              globalThis.contender.onmessage = ({ data }: MessageEvent<object>) => {
                resolve(data);
              };
              globalThis.contender.onerror = ({ message }) => {
                reject(new Error(message));
              };
              globalThis.contender.postMessage(asked);
            });
            return { ...given, roundTripMs: performance.now() - begin };
          }, question);
          return answer as Timed<Answer>;
        },
        end: () => context.close(),
      };
    },
    async close() {
      await browser.close();
      server.close();
    },
  };
}
