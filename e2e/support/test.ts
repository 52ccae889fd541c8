/** What every test here stands on: one server a worker, and the panel in the form that the test is about. */
import { test as base } from '@playwright/test';
import { Panel, type Form } from './panel.ts';
import { startSite, type Site } from './site.ts';

interface Fixtures {
  form: Form;
  panel: Panel;
}

interface WorkerFixtures {
  site: Site;
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
  form: ['alone', { option: true }],
  panel: async ({ page, site, form }, use) => {
    await use(new Panel(page, site, form));
  },
});

export { expect } from '@playwright/test';
