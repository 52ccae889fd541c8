import type { JSX } from 'preact';
import { useCallback, useEffect, useState } from 'preact/hooks';
import type { UnlockedState } from '../vault/api.ts';
import { Apps } from './apps.tsx';
import { useNow, usePanel } from './context.tsx';
import { Damaged } from './damaged.tsx';
import { LockBar } from './lock-bar.tsx';
import { ProviderCard } from './provider-card.tsx';
import { useReceipts } from './receipts-read.ts';
import { useRunner } from './runner.ts';
import { UserLine } from './user.tsx';
import { recordFor } from './verdicts.ts';
import { words } from './words.ts';

export function UnlockedVault({ state }: { readonly state: UnlockedState }): JSX.Element {
  const { vault, providers, held } = usePanel();
  const [more, setMore] = useState(false);
  // For "3 minutes ago"; the countdown of the lock has a faster one of its own.
  const now = useNow(10_000);
  const runner = useRunner();
  const { run } = runner;
  const receipts = useReceipts(state.apps);

  // The key is taken once work on its card has begun: a busy card leaves it where it was entered.
  const save = useCallback(
    (provider: string, take: () => Uint8Array, allowApp: boolean): void => {
      void run(provider, 'testing', async () => ({
        kind: 'saved',
        outcome: await vault.verifyAndSave(provider, take(), { allowApp }),
      }));
      showCard(provider);
    },
    [run, vault],
  );
  const verify = (from: string, draft: string, to: string): void => {
    if (runner.resultOf(to)?.kind === 'busy') {
      showCard(to);
      return;
    }
    runner.clear(from);
    void run(to, 'testing', async () => ({ kind: 'saved', outcome: await vault.verifyDraft(draft, to) }));
    showCard(to);
  };
  // A key that was entered while the vault was locked (E1).
  useEffect(() => {
    const entered = held.take();
    // It gives no app anything: nobody saw it being saved.
    if (entered !== null) save(entered.provider, () => entered.key, false);
  }, [held, save]);

  // Keys that waited to hear for whom they may be used.
  const confirmed = state.confirmedUser !== null && state.confirmedUser.id === state.platformUser?.id;
  useEffect(() => {
    if (!confirmed) return;
    for (const { id } of providers) {
      const result = runner.resultOf(id);
      if (result?.kind !== 'saved' || result.outcome.next !== 'confirm_user') continue;
      if (result.outcome.draft !== null) verify(id, result.outcome.draft, id);
    }
    // Only the answer begins it; what else is drawn anew does not.
  }, [confirmed]);

  // Nothing can be entered, tested or used (E7): what is stored is shown, and can be deleted.
  const offered = (state.platformUser?.notOffered ?? null) === null;
  const shown = providers.filter(
    ({ id, featured }) =>
      (offered && (featured || more)) ||
      recordFor(state.records, id) !== null ||
      runner.resultOf(id) !== null,
  );
  const allShown = !offered || (!more && shown.length === providers.length);
  return (
    <>
      <LockBar locksAt={state.locksAt} />
      <UserLine state={state} />
      <Damaged state={state} />
      <div class="cards">
        {shown.map((provider) => (
          <ProviderCard
            key={provider.id}
            provider={provider}
            record={recordFor(state.records, provider.id)}
            receipts={receipts}
            offered={offered}
            runner={runner}
            now={now}
            onSave={save}
            onSwitch={verify}
          />
        ))}
      </div>
      {!allShown && (
        <button
          type="button"
          class="button more"
          aria-expanded={more}
          onClick={() => {
            setMore(!more);
          }}
        >
          {more ? words.card.fewer : words.card.more}
        </button>
      )}
      <Apps apps={state.apps} now={now} />
    </>
  );
}

/** Brings another provider's card into sight, once it is drawn: it may have been behind "More providers". */
function showCard(provider: string): void {
  requestAnimationFrame(() => {
    const card = document.getElementById(`card-${provider}`);
    if (card === null || card.contains(document.activeElement)) return;
    card.scrollIntoView({ block: 'nearest' });
    card.focus({ preventScroll: true });
  });
}
