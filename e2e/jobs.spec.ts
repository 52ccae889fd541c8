/** Jobs as a person sees them: tried from the app's page, and afterwards in the panel, with whose key served and why. */
import AxeBuilder from '@axe-core/playwright';
import type { Locator, Page } from '@playwright/test';
import { refusalText } from '../web/demo/words.ts';
import { words } from '../web/panel/words.ts';
import { call } from './support/app.ts';
import { injectClock, shiftClock } from './support/inject.ts';
import { keyOf } from './support/keys.ts';
import { findLeaks } from './support/leak.ts';
import { Panel } from './support/panel.ts';
import {
  answerJobs,
  answerReceipts,
  callsOf,
  hearCalls,
  readAgain,
  type MadeReceipt,
} from './support/platform.ts';
import type { Site } from './support/site.ts';
import { expect, test } from './support/test.ts';

const asked = { credential: 'user', reason: 'as_asked', attempts: 1, sealId: null };

/** The demo app with a vault that has a Gemini key, which the app may use. */
async function openWithKey(page: Page, site: Site, key = keyOf('Gemini')): Promise<Panel> {
  const panel = new Panel(page, site, 'embedded');
  await panel.openAndCreate();
  await panel.add('Gemini', key.value);
  return panel;
}

async function tryIt(panel: Panel): Promise<Locator> {
  // The page may still move below a frame that grew.
  await panel.press(panel.page.getByRole('button', { name: 'Try it', exact: true }));
  return panel.page.locator('#answer');
}

test('Try it: the key is sealed for the platform, the job holds none, and the answer comes with its receipt', async ({
  page,
  context,
  site,
}) => {
  const key = keyOf('Gemini');
  const panel = await openWithKey(page, site, key);
  await answerJobs(context, site, { state: 'done', text: 'To keep <b>keys</b>.', receipt: asked });
  const heard = hearCalls(context);
  const answer = await tryIt(panel);
  await expect(answer.getByText('To keep <b>keys</b>.')).toBeVisible();
  await expect(answer.getByText('Answered with your Gemini key.')).toBeVisible();

  const [cached] = callsOf(heard, 'cacheByokKeys');
  const sealed = JSON.parse(cached?.headers['x-byok-keys'] ?? '') as Record<string, string>;
  expect(Object.keys(sealed)).toEqual(['gemini']);
  expect(sealed['gemini']).toMatch(/^[A-Za-z0-9_-]{300,}$/);
  expect(cached?.origin).toBe(site.app);
  const [job] = callsOf(heard, '/demo/jobs');
  expect(job?.body).toEqual({ provider: 'gemini', text: 'What is a vault for?' });
  expect(job?.headers).not.toHaveProperty('x-byok-keys');
  expect(findLeaks([{ sink: 'calls', bytes: Buffer.from(JSON.stringify(heard)) }], [key])).toEqual([]);
});

test('E5: where the platform’s key answered instead, the app and the panel both say why', async ({
  page,
  context,
  site,
}) => {
  let made: MadeReceipt[] = [];
  await answerReceipts(context, site.vault, () => made);
  const panel = await openWithKey(page, site);
  await expect(panel.card('Gemini')).toContainText(words.verdicts.valid.label);
  const receipt = { ...asked, credential: 'server', reason: 'invalid', attempts: 2 };
  await answerJobs(context, site, { state: 'done', text: 'A place.', receipt });
  made = [{ credential: 'server', reason: 'invalid', attempts: 2 }];
  const answer = await tryIt(panel);
  const said = 'Your Gemini key was rejected; the platform’s key was used';
  await expect(answer.getByText(`${said}.`)).toBeVisible();
  // Nobody touches the panel: it looks by itself some seconds after it sealed.
  await expect(panel.card('Gemini').getByText(said)).toBeVisible();
  await expect(panel.card('Gemini').getByText(words.verdicts.invalid.label, { exact: true })).toBeVisible();
  await expect(panel.inside.locator('[aria-live]').getByText(said)).toBeAttached();
});

for (const [code, receipt] of [
  ['no_api_key', { ...asked, reason: 'cache_miss', attempts: 0 }],
  ['user_key_missing', { ...asked, reason: 'cache_miss', attempts: 0 }],
  ['user_key_failed', { ...asked, reason: 'no_credit' }],
  ['cache_unavailable', { ...asked, reason: 'cache_unavailable', attempts: 0 }],
  ['worker_lost', undefined],
] as const) {
  test(`a job that ends with ${code} is told in words`, async ({ page, context, site }) => {
    const panel = await openWithKey(page, site);
    await answerJobs(context, site, { state: 'failed', error: code, receipt });
    const answer = await tryIt(panel);
    await expect(answer.getByText(refusalText(code, 'Gemini'))).toBeVisible();
    if (receipt !== undefined)
      await expect(answer.getByText(`${words.receipts.why[receipt.reason]('Gemini')}.`)).toBeVisible();
    // A repeated job could be billed twice.
    await expect(page.getByRole('button', { name: 'Try it', exact: true })).toBeEnabled();
  });
}

test('no vault, no key, a declined dialog and a server that is away are told in words', async ({
  page,
  context,
  site,
}) => {
  const panel = new Panel(page, site, 'embedded');
  await panel.open();
  const heard = hearCalls(context);
  let answer = await tryIt(panel);
  await expect(answer.getByText(refusalText('no_key', 'Gemini'))).toBeVisible();
  await panel.create();
  await panel.add('Gemini', keyOf('Gemini').value);
  await panel.lock();
  answer = await tryIt(panel);
  await expect(page.getByRole('dialog')).toBeVisible();
  await panel.press(panel.button(words.dialogUnlock.cancel));
  await expect(answer.getByText(refusalText('user_declined'))).toBeVisible();
  expect(callsOf(heard, 'cacheByokKeys')).toEqual([]);
  await panel.unlock();
  await context.route(`${site.app}/byok/cacheByokKeys`, (route) =>
    route.fulfill({ status: 429, json: { error: { message: 'rate_limited' } } }),
  );
  answer = await tryIt(panel);
  await expect(answer.getByText(refusalText('rate_limited'))).toBeVisible();
  await context.route(`${site.app}/byok/cacheByokKeys`, (route) => route.abort());
  answer = await tryIt(panel);
  await expect(answer.getByText(refusalText('network'))).toBeVisible();
  expect(callsOf(heard, '/demo/jobs')).toEqual([]);
});

test('E15: a platform without its cache takes the job all the same, and the job’s policy decides', async ({
  page,
  context,
  site,
}) => {
  const panel = await openWithKey(page, site);
  const receipt = { ...asked, credential: 'server', reason: 'cache_unavailable' };
  await answerJobs(context, site, { state: 'done', text: 'A place.', receipt });
  await context.route(`${site.app}/byok/cacheByokKeys`, (route) =>
    route.fulfill({ status: 503, json: { error: { message: 'cache_unavailable' } } }),
  );
  const answer = await tryIt(panel);
  await expect(
    answer.getByText('The platform could not read your Gemini key; the platform’s key was used.'),
  ).toBeVisible();
});

test('the panel shows the last job of each key, whatever became of it, and leaves out what it does not know', async ({
  page,
  context,
  site,
}) => {
  let made: MadeReceipt[] = [];
  await answerReceipts(context, site.vault, () => made);
  const panel = new Panel(page, site, 'alone');
  await panel.openAndCreate();
  for (const provider of ['Gemini', 'OpenAI', 'Anthropic'] as const)
    await panel.add(provider, keyOf(provider).value);
  const line = (provider: string, text: string): Locator => panel.card(provider).getByText(text);
  const { why, instead } = words.receipts;
  made = [
    { reason: 'of_tomorrow' },
    { outcome: 'postponed' },
    // The platform's own job from the start.
    { credential: 'server' },
    {},
    { provider: 'openai', credential: 'server', reason: 'blocked' },
    { provider: 'openai' },
    { provider: 'anthropic', outcome: 'refused', reason: 'cache_miss' },
  ];
  await readAgain(panel, line('Gemini', 'Used now.'));
  await expect(line('OpenAI', instead.served(why.blocked('OpenAI'), 'now'))).toBeVisible();
  await expect(line('OpenAI', words.verdicts.blocked.label)).toBeVisible();
  await expect(line('Anthropic', instead.refused(why.cache_miss('Anthropic'), 'now'))).toBeVisible();
  await expect(line('Anthropic', words.verdicts.valid.label)).toBeVisible();
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);
  }
  // What happened to a key that was replaced since says nothing about this one.
  await panel.update('OpenAI', keyOf('OpenAI').value);
  await expect(line('OpenAI', why.blocked('OpenAI'))).toBeHidden();
});

test('E39: with a clock a day behind, "two minutes ago" is two minutes ago', async ({
  page,
  context,
  site,
}) => {
  await injectClock(context, { wall: -24 * 3_600_000 });
  await answerReceipts(context, site.vault, () => [{ ago: -60_000 }]);
  const panel = new Panel(page, site, 'alone');
  await panel.openAndCreate();
  await panel.add('Gemini', keyOf('Gemini').value);
  await readAgain(panel, panel.card('Gemini').getByText('Used now.'));
});

test('receipts come from the vault’s own origin alone, are read seldom, and are no app’s to see', async ({
  page,
  context,
  site,
}) => {
  await answerReceipts(context, site.app, () => [{ credential: 'server', reason: 'blocked' }]);
  const heard = hearCalls(context);
  const panel = await openWithKey(page, site);
  for (let n = 0; n < 20; n++) await panel.act();
  expect(callsOf(heard, 'receipts').length).toBeLessThanOrEqual(2);
  expect(callsOf(heard, 'receipts').map(({ origin }) => origin)).toContain(site.vault);
  expect(callsOf(heard, 'receipts').map(({ origin }) => origin)).not.toContain(site.app);
  await expect(panel.card('Gemini')).not.toContainText('disabled');
  expect(await call(page, 'state')).toBe('unlocked');
});

test('what became of someone else’s jobs is not shown: whoever signs in meanwhile is asked about first', async ({
  page,
  context,
  site,
}) => {
  await injectClock(context);
  await answerReceipts(context, site.vault, () => [{}]);
  const panel = new Panel(page, site, 'alone');
  await panel.openAndCreate();
  await panel.add('Gemini', keyOf('Gemini').value);
  const line = panel.card('Gemini').getByText(words.receipts.used('now'));
  await readAgain(panel, line);
  await context.route(`${site.vault}/byok/whoami`, (route) =>
    route.fulfill({ json: { result: { data: { id: 'another', name: 'Another user', now: Date.now() } } } }),
  );
  // Who is signed in is asked again after a minute.
  await shiftClock(page, { wall: 90_000, mono: 90_000 });
  await readAgain(panel, panel.region.getByText(words.user.changedTitle('Another user')));
  await expect(line).toBeHidden();
});
