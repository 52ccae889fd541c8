/** What each finding of a key test does to saving. */
import { errorText, words } from '../web/panel/words.ts';
import { keyOf } from './support/keys.ts';
import { forms } from './support/panel.ts';
import { storedItems } from './support/tamper.ts';
import { expect, test } from './support/test.ts';

/** Stored at once, with a warning but for valid. */
const stored = ['valid', 'restricted', 'no_credit', 'rate_limited', 'wrong_region_or_ip'] as const;
const refused = ['invalid', 'blocked'] as const;
/** The test could not tell: the person decides. */
const asked = ['provider_down', 'unreachable', 'unknown'];

for (const form of forms) {
  test.describe(form, () => {
    test.use({ form });

    test('a key whose test succeeds or warns is stored', async ({ panel }) => {
      await panel.openAndCreate();
      for (const verdict of stored) {
        const key = keyOf('OpenAI', verdict);
        await panel.put('OpenAI', key.value);
        await expect(panel.card('OpenAI'), verdict).toContainText(key.preview);
        await expect(panel.card('OpenAI'), verdict).toContainText(words.verdicts[verdict].label);
        // The form of an update closes once its key is shown.
        await expect(panel.card('OpenAI').getByRole('button', { name: 'Update', exact: true })).toBeVisible();
      }
      await panel.page.reload();
      await panel.unlock();
      await expect(panel.card('OpenAI')).toContainText(keyOf('OpenAI', 'wrong_region_or_ip').preview);
    });

    for (const verdict of refused) {
      test(`a key that is ${verdict} is not stored, and can be corrected`, async ({ panel }) => {
        const provider = verdict === 'blocked' ? 'Gemini' : 'OpenAI';
        const key = keyOf(provider, verdict);
        await panel.openAndCreate();
        await panel.enter(provider, key.value);
        await expect(panel.card(provider).getByText(words.verdicts[verdict].detail(provider))).toBeVisible();
        await expect(panel.card(provider).getByText(words.outcome.notSaved)).toBeVisible();
        await expect(
          panel.card(provider).getByRole('button', { name: words.outcome.saveUntested }),
        ).toBeHidden();
        await panel.page.reload();
        await panel.unlock();
        await expect(panel.card(provider)).not.toContainText(key.preview);
        await panel.add(provider, keyOf(provider).value);
      });
    }

    for (const verdict of asked) {
      test(`E30: after ${verdict} the person decides, and "Save untested" stores the key`, async ({
        panel,
      }) => {
        const key = keyOf('OpenAI', verdict);
        await panel.openAndCreate();
        await panel.enter('OpenAI', key.value);
        const save = panel.card('OpenAI').getByRole('button', { name: words.outcome.saveUntested });
        await expect(save).toBeVisible();
        await expect(panel.card('OpenAI')).not.toContainText(key.preview);
        await save.click();
        await expect(panel.card('OpenAI')).toContainText(key.preview);
        await expect(panel.card('OpenAI')).toContainText(words.verdicts.untested.label);
      });
    }

    test('E30: a provider that is down leaves a stored key and its last verdict as they are', async ({
      panel,
    }) => {
      const key = keyOf('OpenAI');
      await panel.openAndCreate();
      await panel.add('OpenAI', key.value);
      const before = await storedItems(await panel.document(), 'BYKR');
      await panel.page.context().route('**/byok/**', (route) => route.abort());
      await panel.card('OpenAI').getByRole('button', { name: 'Test', exact: true }).click();
      await expect(panel.card('OpenAI').getByText(errorText('platform_unreachable'))).toBeVisible();
      await panel.page.context().unrouteAll();
      await panel.page.reload();
      await panel.unlock();
      await expect(panel.card('OpenAI')).toContainText(words.verdicts.valid.label);
      expect(await storedItems(await panel.document(), 'BYKR')).toEqual(before);
    });
  });
}
