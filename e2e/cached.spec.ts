/** E21 with the browser's own back/forward cache, which the test driver otherwise switches off. It keeps no page that embeds a vault. */
import { chromium } from '@playwright/test';
import { stockChromium } from './support/executables.ts';
import { keyOf } from './support/keys.ts';
import { Panel } from './support/panel.ts';
import { expect, test } from './support/test.ts';

test('E21: a page out of the real cache holds a fresh document, locked and empty', async ({ site }) => {
  const browser = await chromium.launch({
    executablePath: stockChromium,
    chromiumSandbox: false,
    ignoreDefaultArgs: ['--disable-back-forward-cache'],
  });
  const page = await browser.newPage();
  await page.addInitScript(() => {
    addEventListener('pageshow', ({ persisted }) => {
      if (persisted) sessionStorage.setItem('restored', 'yes');
    });
  });
  const panel = new Panel(page, site, 'alone');
  await panel.openAndCreate();
  const key = keyOf('OpenAI');
  await panel.add('OpenAI', key.value);
  await panel.fillKey('Gemini', 'typed and left');
  await page.goto(site.app);
  // The document may be gone before it has answered.
  await page.evaluate('history.back()').catch(() => undefined);
  await expect(panel.password).toBeVisible();
  await expect(panel.password).toHaveValue('');
  await expect(panel.region).not.toContainText(key.preview);
  expect(await page.evaluate(() => sessionStorage.getItem('restored'))).toBe('yes');
  await panel.unlock();
  await expect(panel.card('Gemini').getByRole('textbox')).toHaveValue('');
  await browser.close();
});
