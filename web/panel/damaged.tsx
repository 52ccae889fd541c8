import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { UnlockedState } from '../vault/api.ts';
import { Confirm } from './confirm.tsx';
import { usePanel } from './context.tsx';
import { Notice } from './parts.tsx';
import { damagedRecords } from './verdicts.ts';
import { words } from './words.ts';

/** Names what was changed behind the vault's back (E24), and offers to accept what is left. */
export function Damaged({ state }: { readonly state: UnlockedState }): JSX.Element | null {
  const { vault, announce } = usePanel();
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
        <Confirm
          title={words.damage.repairTitle}
          detail={words.damage.repairDetail}
          submit={words.damage.repair}
          run={() => vault.repair()}
          onClose={(done) => {
            setAsking(false);
            if (done) announce(words.damage.repaired);
          }}
        />
      )}
    </Notice>
  );
}
