/** A job tried from the page where APIs and workers are processes of their own, as deployed: two of each, two Redis, nginx in front. */
import { words } from '../web/panel/words.ts';
import { keyOf } from './support/keys.ts';
import { Panel } from './support/panel.ts';
import { startSecure, type Secure } from './support/secure.ts';
import { expect, test as base } from './support/test.ts';

const test = base.extend<object, { platform: Secure }>({
  platform: [
    // eslint-disable-next-line no-empty-pattern -- Playwright reads the pattern
    async ({}, use) => {
      const platform = await startSecure({ apis: 2, workers: 2 });
      await use(platform);
      await platform.site.stop();
    },
    { scope: 'worker' },
  ],
  site: [
    async ({ platform }, use) => {
      await use(platform.site);
    },
    { scope: 'worker' },
  ],
});
test.use({ ignoreHTTPSErrors: true });

test('Try it: sealed by one process, served by another, and the answer comes back with its receipt', async ({
  page,
  site,
  platform,
}) => {
  const key = keyOf('OpenAI');
  const panel = new Panel(page, site, 'embedded');
  await panel.openAndCreate();
  await panel.add('OpenAI', key.value);
  await page.locator('#try-provider').selectOption({ label: 'OpenAI' });
  const answer = page.locator('#answer');
  // Often enough that each API has had a part in it, and each worker could have.
  const said = (): string => platform.workers.map((worker) => worker.output()).join('');
  for (let done = 1; done <= 4; done += 1) {
    await panel.press(page.getByRole('button', { name: 'Try it', exact: true }));
    await expect.poll(() => said().split('"event":"byok_key_retrieved"').length - 1).toBe(done);
    await expect(answer.locator('blockquote')).not.toBeEmpty();
    await expect(answer.getByText('Answered with your OpenAI key.')).toBeVisible();
  }
  await expect(panel.card('OpenAI').getByText(words.receipts.used('now'))).toBeVisible();

  const log = platform.nginx.accessLog();
  for (const port of platform.apis) expect(log).toContain(`"api":"127.0.0.1:${String(port)}"`);
  expect(log).toContain('"route":"cacheByokKeys","status":200');
  expect(log).toContain('"route":"jobs","status":200');
  expect(said()).not.toContain(key.value);
});
