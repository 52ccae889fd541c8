import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { usePanel, useWork } from './context.tsx';
import { DialogCard } from './dialog-card.tsx';
import { Notice, preventSubmit, Submit } from './parts.tsx';
import { Unseen, useSeen } from './seen.tsx';
import { errorText, words } from './words.ts';

interface Props {
  /** Who asks: the host of the app's origin, which the browser vouches for. */
  readonly app: string;
  readonly onDecline: () => void;
}

/** So long `Allow` does nothing: a page that has the person click twice must not get the second click for an answer. */
const firstLookMs = 500;

/** May this app use the keys? Asked once for all of them, and again after it was revoked. */
export function DialogAllow({ app, onDecline }: Props): JSX.Element {
  const { vault } = usePanel();
  const work = useWork();
  const seen = useSeen(firstLookMs);
  const [looked, setLooked] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => {
      setLooked(true);
    }, firstLookMs);
    return () => {
      clearTimeout(timer);
    };
  }, []);
  const submit = (event: Event): void => {
    preventSubmit(event);
    if (looked) void work.run(() => vault.allowApp());
  };
  return (
    <DialogCard icon="unlocked" title={words.dialogAllow.title} onDecline={onDecline} focusTitle>
      <p class="app-name">{words.dialogUnlock.asks(app)}</p>
      <p class="hint">{words.dialogAllow.detail}</p>
      {work.error !== null && (
        <Notice tone="bad" role="alert">
          {errorText(work.error)}
        </Notice>
      )}
      <Unseen seen={seen} />
      <form class="actions" onSubmit={submit}>
        <Submit busy={work.busy} working={words.dialogAllow.allow} disabled={!looked} seen={seen}>
          {words.dialogAllow.allow}
        </Submit>
        <button type="button" class="button" onClick={onDecline}>
          {words.dialogUnlock.cancel}
        </button>
      </form>
    </DialogCard>
  );
}
