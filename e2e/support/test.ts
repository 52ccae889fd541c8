/** What every test here stands on: one server a worker, and the panel in the form that the test is about. */
import { test as base, type BrowserContext } from '@playwright/test';
import { Panel, type Form } from './panel.ts';
import { startSite, type Site } from './site.ts';
import { prepend } from './fetch.ts';

interface Fixtures {
  form: Form;
  panel: Panel;
  /** Prints what every frame showed at the end of a test that failed. */
  told: undefined;
}

interface WorkerFixtures {
  site: Site;
}

/** A clock that makes this machine look slow to the calibration, which then stays at the parameters of the floor. */
const slowClock = `
  if (location.hash === '#deriver') {
    const now = performance.now.bind(performance);
    let ahead = 0;
    performance.now = () => now() + (ahead += 1000);
  }
`;

/** Half of a test's time would go into deriving keys as strongly as this machine can; crash rounds and the packed library do. */
export async function deriveAtTheFloor(context: BrowserContext): Promise<void> {
  await context.route(/\/worker[-.\w]*\.js$/, (route) => prepend(route, slowClock));
}

export const test = base.extend<Fixtures, WorkerFixtures>({
  site: [
    // eslint-disable-next-line no-empty-pattern -- Playwright reads the pattern
    async ({}, use) => {
      const site = await startSite();
      await use(site);
      await site.stop();
    },
    { scope: 'worker' },
  ],
  context: async ({ context }, use) => {
    await deriveAtTheFloor(context);
    await use(context);
    // A frame that is just being made may still ask for its worker.
    await context.unrouteAll({ behavior: 'ignoreErrors' });
  },
  form: ['alone', { option: true }],
  panel: async ({ page, site, form }, use) => {
    await use(new Panel(page, site, form));
  },
  told: [
    async ({ context }, use, info) => {
      await use(undefined);
      if (info.status === info.expectedStatus) return;
      // The runner's own picture of the page leaves out what stands in frames of another origin.
      for (const frame of context.pages().flatMap((page) => page.frames())) {
        const text = await frame
          .evaluate(() => `${location.href}\n${document.body.innerText}`)
          .catch(() => '');
        if (text !== '') console.log(text.replaceAll(/^/gm, '    | '));
      }
    },
    { auto: true },
  ],
});

export { expect } from '@playwright/test';
