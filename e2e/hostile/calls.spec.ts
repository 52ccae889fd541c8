/** What an app may call, called by an attacker: in any order, in a flood, and signed in as someone else. */
import type { Page } from '@playwright/test';
import { sealForPlatform } from '../../server/testing/seal.ts';
import { statusCodes } from '../../web/core/errors.ts';
import { words } from '../../web/panel/words.ts';
import { injectClock, shiftClock } from '../support/inject.ts';
import { keyOf } from '../support/keys.ts';
import { findLeaks } from '../support/leak.ts';
import { expect, test, typePassword, unlockByKeys } from './test.ts';

interface Element extends HTMLElement {
  state(): Promise<string>;
  seal(providers: readonly string[]): Promise<{ provider: string; sealed: string }[]>;
}

test('every call of the element in any order gets words of state, sealed keys and codes', async ({
  attacker,
  victim,
}) => {
  await attacker.enterFully(victim.page);
  await victim.open();
  const calls = victim.page.locator('byok-vault').evaluate(async (found) => {
    const element = found as Element & Record<string, (...args: unknown[]) => unknown>;
    const answers: unknown[] = [];
    const names = new Set<string>();
    for (let one: object = element; one !== HTMLElement.prototype; one = Object.getPrototypeOf(one) as object)
      for (const name of Object.getOwnPropertyNames(one)) names.add(name);
    const args = [
      [],
      [['openai']],
      [['__proto__']],
      [null],
      [{ length: 1, 0: 'openai' }],
      ['src', null, '/'],
    ];
    for (let round = 0; round < 2; round++) {
      for (const name of [...names].filter((each) => each !== 'constructor')) {
        for (const each of args) {
          try {
            answers.push(
              await Promise.race([
                element[name]?.(...each),
                new Promise((resolve) => setTimeout(resolve, 20)),
              ]),
            );
          } catch (error) {
            answers.push((error as { code?: unknown }).code ?? 'TypeError');
          }
        }
      }
    }
    return JSON.parse(JSON.stringify(answers)) as unknown[];
  });
  const answers = await calls;
  attacker.keep('element', answers);
  const allowed = [...Object.keys(statusCodes), 'locked', 'unlocked', 'TypeError', null];
  expect(answers.filter((each) => !allowed.includes(each as string))).toEqual([]);
  await attacker.expectNothing(victim.page);
});

test('signed in as the attacker in mid-session, the vault seals nothing and asks the person', async ({
  attacker,
  victim,
  site,
}) => {
  await injectClock(victim.page.context());
  await attacker.enterFully(victim.page);
  await victim.open();
  await unlockByKeys(victim);
  const before = await seal(victim.page);
  expect(before).toHaveLength(1);
  // His own session, in a cookie of a longer path: scripts can't touch the real one, and this one is sent first.
  const [cookie = ''] = (await fetch(site.vault)).headers.getSetCookie();
  await victim.page.evaluate(
    (mine) => {
      document.cookie = `${mine}; path=/byok/`;
    },
    cookie.split(';')[0] ?? '',
  );
  await shiftClock(await victim.document(), { wall: 61_000, mono: 61_000 });
  expect(await seal(victim.page)).toBe('user_unconfirmed');
  await expect(victim.region.getByText(words.user.paused)).toBeVisible();
  await attacker.expectNothing(victim.page);
});

test('can’t be stopped: a key of the attacker’s own, sealed for the person, is taken as theirs', async ({
  site,
}) => {
  const mine = keyOf('OpenAI');
  const arrival = await fetch(site.vault);
  const headers = { cookie: arrival.headers.getSetCookie()[0]?.split(';')[0] ?? '' };
  const ask = async (name: string): Promise<Record<string, string>> => {
    const answer = await fetch(`${site.vault}/byok/${name}`, { headers });
    return ((await answer.json()) as { result: { data: Record<string, string> } }).result.data;
  };
  const [{ key = '' }, { id = '' }] = await Promise.all([ask('platformKey'), ask('whoami')]);
  const sealed = await sealForPlatform({
    platform: Buffer.from(key, 'base64url'),
    user: id,
    provider: 'openai',
    key: mine.value,
  });
  const tested = await fetch(`${site.vault}/byok/testByokKey`, {
    method: 'POST',
    headers: {
      ...headers,
      'content-type': 'application/json',
      'x-byok-key': Buffer.from(sealed).toString('base64url'),
    },
    body: JSON.stringify({ provider: 'openai' }),
  });
  const text = await tested.text();
  expect(text).toContain('"valid"');
  expect(findLeaks([{ sink: 'answer', bytes: Buffer.from(text) }], [mine])).toEqual([]);
});

test('the password typed while the app floods the port stays in the frame', async ({ attacker, victim }) => {
  await attacker.enterFully(victim.page);
  await victim.open();
  const flooding = victim.page.locator('byok-vault').evaluate(async (element) => {
    const end = performance.now() + 1500;
    while (performance.now() < end) {
      (element as Element).state().catch(() => undefined);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  });
  await typePassword(victim);
  await flooding;
  await attacker.expectNothing(victim.page);
});

/** The sealed keys, or the code of the refusal. */
function seal(page: Page): Promise<unknown[] | string> {
  return page
    .locator('byok-vault')
    .evaluate((element) =>
      (element as Element).seal(['openai']).catch((error: unknown) => (error as { code: string }).code),
    );
}
