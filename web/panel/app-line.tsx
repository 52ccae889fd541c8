import type { JSX } from 'preact';
import { usePanel, useVaultState } from './context.tsx';
import { words } from './words.ts';

/** Under a key's field: what saving it means, where it means that the app around this panel may use keys from then on. */
export function AppLine(): JSX.Element | null {
  const { vault } = usePanel();
  const { app } = vault;
  const state = useVaultState(vault);
  // What a locked vault has allowed is not known.
  const allowed = state.phase === 'unlocked' && state.apps.some(({ origin }) => origin === app);
  if (app === null || allowed) return null;
  return <span class="app-name">{words.apps.saving(new URL(app).host)}</span>;
}
