import type { JSX } from 'preact';
import { useEffect, useId, useRef, useState } from 'preact/hooks';
import type { Provider } from '../core/types.ts';
import { whenIdle } from '../vault/idle.ts';
import { usePanel } from './context.tsx';
import { makeFormats } from './format.ts';
import { Icon, Notice, preventSubmit } from './parts.tsx';
import { SecretField, type SecretFieldHandle } from './secret-field.tsx';
import { StartOver } from './start-over.tsx';
import { UnlockForm, type Locked } from './unlock.tsx';
import { words } from './words.ts';

/** The password, and (E1) a place to enter a key first, which waits for it. */
export function LockedVault({ state }: { readonly state: Locked }): JSX.Element {
  const { held, providers } = usePanel();
  const entry = useRef<KeyEntryHandle>(null);
  const [waiting, setWaiting] = useState(held.provider);
  const [startingOver, setStartingOver] = useState(false);
  useEffect(() => whenIdle(makeFormats), []);
  const nameOf = (id: string): string => providers.find((each) => each.id === id)?.name ?? id;

  return (
    <>
      <section class="card">
        <LockedTitle />
        {state.reason !== null && <p class="lead">{words.locks[state.reason]}</p>}
        {waiting !== null && (
          <Notice tone="neutral" role="status">
            <span>{words.addLocked.held(nameOf(waiting))}</span>
            <button
              type="button"
              class="button link"
              onClick={() => {
                held.drop();
                setWaiting(null);
              }}
            >
              {words.addLocked.cancel}
            </button>
          </Notice>
        )}
        <UnlockForm
          state={state}
          autoFocus={waiting !== null}
          key={waiting ?? ''}
          onSubmit={() => {
            entry.current?.hold();
          }}
        />
        <details class="disclosure">
          <summary>{words.unlock.forgot}</summary>
          <p class="hint">{words.unlock.forgotDetail}</p>
          <button
            type="button"
            class="button"
            onClick={() => {
              setStartingOver(true);
            }}
          >
            {words.settings.startOver}
          </button>
        </details>
      </section>
      {waiting === null && providers.length > 0 && (
        <details class="card disclosure">
          <summary class="card-title">{words.addLocked.open}</summary>
          <KeyEntry providers={providers} handle={entry} onHeld={setWaiting} />
        </details>
      )}
      {startingOver && (
        <StartOver
          onClose={() => {
            setStartingOver(false);
          }}
        />
      )}
    </>
  );
}

export function LockedTitle(): JSX.Element {
  return (
    <h2 class="card-title with-icon">
      <Icon name="locked" />
      {words.unlock.title}
    </h2>
  );
}

interface KeyEntryHandle {
  /** Keeps what was entered for after the unlock. */
  hold(): void;
}

interface KeyEntryProps {
  readonly providers: readonly Provider[];
  readonly handle: { current: KeyEntryHandle | null };
  readonly onHeld: (provider: string) => void;
}

function KeyEntry({ providers, handle, onHeld }: KeyEntryProps): JSX.Element {
  const { held } = usePanel();
  const id = useId();
  const field = useRef<SecretFieldHandle>(null);
  const [provider, setProvider] = useState(providers[0]?.id ?? '');
  const [length, setLength] = useState(0);
  const chosen = providers.find((each) => each.id === provider);
  useEffect(() => {
    handle.current = {
      hold() {
        if (field.current?.empty === false) held.hold(provider, field.current.take());
      },
    };
    return () => {
      handle.current = null;
    };
  }, [handle, held, provider]);
  return (
    <form
      class="form"
      noValidate
      onSubmit={(event) => {
        preventSubmit(event);
        handle.current?.hold();
        if (held.provider !== null) onHeld(held.provider);
      }}
    >
      <div class="field">
        <label class="label" for={id}>
          {words.addLocked.provider}
        </label>
        <select
          id={id}
          class="input select"
          value={provider}
          onChange={(event) => {
            setProvider(event.currentTarget.value);
          }}
        >
          {providers.map((each) => (
            <option key={each.id} value={each.id}>
              {each.name}
            </option>
          ))}
        </select>
      </div>
      <SecretField
        label={words.card.field(chosen?.name ?? '')}
        handle={field}
        autocomplete="off"
        onChange={setLength}
      />
      <div class="actions">
        <button type="submit" class="button" disabled={length === 0}>
          {words.addLocked.submit}
        </button>
      </div>
    </form>
  );
}
