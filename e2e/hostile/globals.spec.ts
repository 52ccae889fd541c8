/** Whatever the app's page can patch, it patches: before the vault's frame is there, and after. */
import type { Page } from '@playwright/test';
import { expect, test, unlockByKeys, useVault } from './test.ts';

interface Element extends HTMLElement {
  seal(providers: readonly string[]): Promise<{ sealed: string }[]>;
}

function seal(page: Page): Promise<{ sealed: string }[]> {
  return page.locator('byok-vault').evaluate((element) => (element as Element).seal(['openai']));
}

test('everything patched before the page has loaded gets sealed keys and words of state, nothing else', async ({
  attacker,
  victim,
}) => {
  await attacker.enterFully(victim.page);
  await victim.open();
  const fresh = await useVault(victim);
  const [sealed] = await seal(victim.page);
  await victim.lock();
  await attacker.expectNothing(victim.page, ...fresh);
  expect(attacker.holds(sealed?.sealed ?? '-'), 'his ears are open').toBe(true);
  expect(attacker.holds('unlocked'), 'his ears are open').toBe(true);
});

test('everything patched after the vault was unlocked gets nothing else', async ({ attacker, victim }) => {
  await victim.open();
  await unlockByKeys(victim);
  await attacker.enterLate(victim.page);
  const [sealed] = await seal(victim.page);
  await victim.lock();
  const fresh = await useVault(victim);
  await attacker.expectNothing(victim.page, ...fresh);
  expect(attacker.holds(sealed?.sealed ?? '-'), 'his ears are open').toBe(true);
});
