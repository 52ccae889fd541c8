/** E7: the platform switches the feature off: what is stored stays and is not used, and the panel says why. */
import { words } from '../web/panel/words.ts';
import { call } from './support/app.ts';
import { keyOf } from './support/keys.ts';
import { Panel } from './support/panel.ts';
import { callsOf, hearCalls, switchOff } from './support/platform.ts';
import { expect, test } from './support/test.ts';

test('E7: stored keys stay, are not used, and the panel says why; switched on again, they are as they were', async ({
  page,
  context,
  site,
}) => {
  const panel = new Panel(page, site, 'embedded');
  await panel.openAndCreate();
  await panel.add('Gemini', keyOf('Gemini').value);
  const switchOn = await switchOff(context, site, 'plan');
  await panel.open();
  await panel.unlock();
  await expect(panel.region.getByText(words.offer.title)).toBeVisible();
  await expect(panel.region.getByText(words.offer.reasons.plan)).toBeVisible();
  await expect(panel.region.getByText(words.offer.kept)).toBeVisible();
  const card = panel.card('Gemini');
  await expect(card.getByRole('button', { name: words.card.remove })).toBeVisible();
  await expect(card.getByRole('button', { name: words.card.test })).toBeHidden();
  await expect(panel.card('OpenAI')).toBeHidden();

  const heard = hearCalls(context);
  expect(await call(page, 'seal')).toBe('not_offered');
  expect(callsOf(heard, 'testByokKey')).toEqual([]);

  await switchOn();
  await panel.open();
  await panel.unlock();
  await expect(panel.region.getByText(words.offer.title)).toBeHidden();
  await panel.press(card.getByRole('button', { name: words.card.test }));
  await expect(card.getByText(words.verdicts.valid.label, { exact: true })).toBeVisible();
});

test('E7: who has no vault yet is told instead of asked to make one', async ({ page, context, site }) => {
  await switchOff(context, site, 'region');
  const panel = new Panel(page, site, 'alone');
  await panel.open();
  await expect(panel.region.getByText(words.offer.reasons.region)).toBeVisible();
  await expect(panel.button('Create vault')).toBeHidden();
});
