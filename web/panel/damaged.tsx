import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { UnlockedState } from '../vault/api.ts';
import { usePanel, useWork } from './context.tsx';
import { CancelButton, Dialog, Notice, preventSubmit, Submit } from './parts.tsx';
import { damagedRecords } from './verdicts.ts';
import { errorText, words } from './words.ts';

/** Names what was changed behind the vault's back (E24), and offers to accept what is left. */
export function Damaged({ state }: { readonly state: UnlockedState }): JSX.Element | null {
  const [asking, setAsking] = useState(false);
  const damaged = damagedRecords(state.records);
  if (state.integrity === 'ok') return null;
  return (
    <Notice tone="warning" title={words.damage.title} role="status">
      <span>
        {state.integrity === 'manifest_damaged'
          ? words.damage.manifest
          : words.damage.records(damaged.length)}
      </span>
      {damaged.length > 0 && (
        <ul class="damaged">
          {damaged.map(
            ({ id, state: found }) =>
              found !== 'ok' && <li key={id}>{words.damage.entry(id.slice(0, 8), found)}</li>,
          )}
        </ul>
      )}
      <span class="actions">
        <button
          type="button"
          class="button"
          onClick={() => {
            setAsking(true);
          }}
        >
          {words.damage.repair}
        </button>
      </span>
      {asking && (
        <Repair
          onClose={() => {
            setAsking(false);
          }}
        />
      )}
    </Notice>
  );
}

function Repair({ onClose }: { readonly onClose: () => void }): JSX.Element {
  const { vault, announce } = usePanel();
  const work = useWork();
  const submit = async (event: Event): Promise<void> => {
    preventSubmit(event);
    const done = await work.run(async () => {
      await vault.repair();
    });
    if (!done) return;
    announce(words.damage.repaired);
    onClose();
  };
  return (
    <Dialog title={words.damage.repairTitle} onClose={onClose} alert>
      <form class="form" onSubmit={(event) => void submit(event)}>
        <p>{words.damage.repairDetail}</p>
        {work.error !== null && (
          <Notice tone="bad" role="alert">
            {errorText(work.error)}
          </Notice>
        )}
        <div class="actions end">
          <CancelButton onClick={onClose} disabled={work.busy} />
          <Submit busy={work.busy} working={words.damage.repair}>
            {words.damage.repair}
          </Submit>
        </div>
      </form>
    </Dialog>
  );
}
