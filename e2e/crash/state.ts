/** What a vault holds, as far as the panel shows it. */
import { expect } from '@playwright/test';
import type { Panel } from '../support/panel.ts';

export interface VaultContent {
  /** null = there is no vault. */
  readonly password: string | null;
  /** Provider to preview. */
  readonly keys: Readonly<Record<string, string>>;
}

export function sameState(a: VaultContent, b: VaultContent): boolean {
  const lines = ({ password, keys }: VaultContent): string =>
    JSON.stringify([password, Object.entries(keys).sort()]);
  return lines(a) === lines(b);
}

/** Unlocks with whichever of the passwords opens it, and reads the cards. @throws where the panel shows any damage. */
export async function readState(panel: Panel, passwords: readonly (string | null)[]): Promise<VaultContent> {
  await expect(panel.password).toBeVisible();
  if (await panel.button('Create vault').isVisible()) return { password: null, keys: {} };
  for (const password of new Set(passwords)) {
    if (password === null) continue;
    await panel.password.fill(password);
    await panel.button('Unlock').click();
    const wrong = panel.region.getByText('Wrong password');
    await expect(panel.button('Lock').or(wrong)).toBeVisible();
    if (await panel.button('Lock').isVisible()) return { password, keys: await readKeys(panel) };
  }
  throw new Error('no password opens the vault');
}

async function readKeys(panel: Panel): Promise<Record<string, string>> {
  const keys: Record<string, string> = {};
  await expect(panel.region.getByText(/damaged|unreadable|missing/i)).toHaveCount(0);
  for (const provider of ['Gemini', 'OpenAI', 'Anthropic']) {
    const preview = /\S{4}…\S{4}/.exec(await panel.card(provider).innerText())?.[0];
    if (preview !== undefined) keys[provider] = preview;
  }
  return keys;
}
