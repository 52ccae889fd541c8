import type { JSX } from 'preact';
import { useEffect } from 'preact/hooks';
import type { VaultState } from '../vault/api.ts';
import { Icon } from './parts.tsx';
import { UnlockForm } from './unlock.tsx';
import { words } from './words.ts';

interface Props {
  readonly state: VaultState;
  /** Who asks: the host of the app's origin, which the browser vouches for. */
  readonly app: string;
  readonly onDecline: () => void;
}

/** The password alone, for an app that asked to use keys of a locked vault. */
export function DialogUnlock({ state, app, onDecline }: Props): JSX.Element {
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (event.key === 'Escape') onDecline();
    };
    addEventListener('keydown', onKey);
    return () => {
      removeEventListener('keydown', onKey);
    };
  }, [onDecline]);
  return (
    <section class="card dialog-unlock" aria-label={words.dialogUnlock.title}>
      <h1 class="card-title with-icon">
        <Icon name="locked" />
        {words.dialogUnlock.title}
      </h1>
      <p>{words.dialogUnlock.asks(app)}</p>
      <p class="hint">{words.dialogUnlock.detail}</p>
      {state.phase === 'locked' && <UnlockForm state={state} onCancel={onDecline} autoFocus />}
    </section>
  );
}
