/** Jobs through the platform's own cache, queue and worker, with stand-ins for the providers and the platform's keys alone. */
import type { Page } from '@playwright/test';
import { words } from '../web/panel/words.ts';
import { sealIn, type Sealed } from './support/app.ts';
import { keyOf, type FeaturedProvider } from './support/keys.ts';
import { Panel } from './support/panel.ts';
import { hearCalls } from './support/platform.ts';
import { findLeaks } from './support/leak.ts';
import { expect, test } from './support/test.ts';

async function tryIt(panel: Panel, provider: FeaturedProvider): Promise<void> {
  await panel.page.locator('#try-provider').selectOption({ label: provider });
  await panel.press(panel.page.getByRole('button', { name: 'Try it', exact: true }));
}

/** Submits a job as the app does. @returns its end. */
function runJob(page: Page, provider: string): Promise<{ receipt?: unknown; state?: string }> {
  return page.evaluate(async (name) => {
    const submitted = await fetch('/demo/jobs', {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ provider: name, text: 'Hello' }),
    });
    const { id } = (await submitted.json()) as { id: string };
    for (;;) {
      await new Promise((resolve) => setTimeout(resolve, 100));
      const end = (await (await fetch(`/demo/jobs/${id}`)).json()) as { state: string };
      if (end.state !== 'waiting') return end;
    }
  }, provider);
}

test('Try it: a stored key serves a real job; the answer, its receipt and the panel’s line say so', async ({
  page,
  context,
  site,
}) => {
  const key = keyOf('Gemini');
  const heard = hearCalls(context);
  const panel = new Panel(page, site, 'embedded');
  await panel.openAndCreate();
  await panel.add('Gemini', key.value);
  await tryIt(panel, 'Gemini');
  const answer = page.locator('#answer');
  await expect(answer.getByText('Answered with your Gemini key.')).toBeVisible();
  await expect(answer.locator('blockquote')).not.toBeEmpty();
  await expect(panel.card('Gemini').getByText(words.receipts.used('now'))).toBeVisible();
  expect(findLeaks([{ sink: 'calls', bytes: Buffer.from(JSON.stringify(heard)) }], [key])).toEqual([]);
});

test('E5, E14: a key that no longer pays, or lacks a permission, is told with whose key served instead', async ({
  page,
  site,
}) => {
  const panel = new Panel(page, site, 'embedded');
  await panel.openAndCreate();
  const answer = page.locator('#answer');
  const { why, instead } = words.receipts;
  for (const [provider, verdict] of [
    ['OpenAI', 'no_credit'],
    ['Anthropic', 'restricted'],
  ] as const) {
    await panel.enter(provider, keyOf(provider, verdict).value);
    await expect(panel.card(provider)).toContainText(words.verdicts[verdict].label);
    await tryIt(panel, provider);
    const said = why[verdict](provider);
    await expect(answer.getByText(`${said}; the platform’s key was used.`)).toBeVisible();
    await expect(panel.card(provider).getByText(instead.served(said, 'now'))).toBeVisible();
  }
});

test('E33: a job that comes after the Lock button is served without the user’s key, and the panel says so', async ({
  page,
  site,
}) => {
  const panel = new Panel(page, site, 'embedded');
  await panel.openAndCreate();
  await panel.add('Gemini', keyOf('Gemini').value);
  const [sealed] = (await sealIn(page, 'gemini')) as Sealed[];
  await page.evaluate(
    (header) =>
      fetch('/byok/cacheByokKeys', {
        method: 'POST',
        headers: { 'Content-Type': 'application/json', 'X-BYOK-Keys': header },
      }),
    JSON.stringify({ gemini: sealed?.sealed }),
  );
  expect(await runJob(page, 'gemini')).toMatchObject({ receipt: { credential: 'user', reason: 'as_asked' } });
  await panel.lock();
  await expect
    .poll(() => runJob(page, 'gemini'))
    .toMatchObject({ state: 'done', receipt: { credential: 'server', reason: 'cache_miss' } });
  await panel.unlock();
  const { why, instead } = words.receipts;
  await expect(panel.card('Gemini').getByText(instead.served(why.cache_miss('Gemini'), 'now'))).toBeVisible();
  // It says nothing about the key.
  await expect(panel.card('Gemini').getByText(words.verdicts.valid.label, { exact: true })).toBeVisible();
});
