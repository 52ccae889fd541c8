import type { JSX } from 'preact';
import { usePanel, useVaultState } from './context.tsx';
import { words } from './words.ts';

/** The app around this panel, where it may not use keys yet; null where there is none, or nothing to give. */
export function useAskingApp(): string | null {
  const { vault } = usePanel();
  const { app } = vault;
  const state = useVaultState(vault);
  const allowed = state.phase === 'unlocked' && state.apps.some(({ origin }) => origin === app);
  return allowed ? null : app;
}

interface Props {
  /** Of the app, as the browser names it. */
  readonly origin: string;
  /** Saving gives it only where the person sees this and what they press: otherwise the line is not there either. */
  readonly inSight: boolean;
}

/** Under a key's field: that saving it lets the app around this panel use keys from then on. */
export function AppLine({ origin, inSight }: Props): JSX.Element {
  return (
    <span class="app-name" style={inSight ? undefined : { visibility: 'hidden' }}>
      {words.apps.saving(new URL(origin).host)}
    </span>
  );
}
