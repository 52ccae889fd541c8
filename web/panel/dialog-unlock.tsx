import type { JSX } from 'preact';
import type { VaultState } from '../vault/api.ts';
import { DialogCard } from './dialog-card.tsx';
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
  return (
    <DialogCard icon="locked" title={words.dialogUnlock.title} onDecline={onDecline}>
      <p>{words.dialogUnlock.asks(app)}</p>
      <p class="hint">{words.dialogUnlock.detail}</p>
      {state.phase === 'locked' && <UnlockForm state={state} onCancel={onDecline} autoFocus />}
    </DialogCard>
  );
}
