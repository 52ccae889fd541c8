import type { JSX } from 'preact';
import { useEffect, useId, useRef, useState } from 'preact/hooks';
import type { AutoLockSettings } from '../vault/api.ts';
import { ChangePassword } from './change-password.tsx';
import { codeOf, useNow, usePanel } from './context.tsx';
import { Icon, Notice } from './parts.tsx';
import { StartOver } from './start-over.tsx';
import { errorText, words } from './words.ts';
import type { VaultErrorCode } from '../core/errors.ts';

const minute = 60_000;

/** How long the vault stays open, `Lock`, and the few settings there are. */
export function LockBar({ locksAt }: { readonly locksAt: number }): JSX.Element {
  const { vault, announce } = usePanel();
  const id = useId();
  const [open, setOpen] = useState(false);
  useNow(1000);
  // The clock of this drawing: a new deadline measured against the last tick would read as a minute too many.
  const left = Math.max(0, locksAt - Date.now());
  const soon = left > 0 && left <= minute;
  const said = useRef(false);
  useEffect(() => {
    if (soon && !said.current) announce(words.bar.soon);
    said.current = soon;
  }, [soon, announce]);

  return (
    <div class="bar-box">
      <div class="bar">
        <p class="bar-state">
          <span class="badge good">
            <Icon name="unlocked" />
            {words.bar.unlocked}
          </span>
          <span class={soon ? 'bar-left soon' : 'bar-left'}>{words.bar.left(left)}</span>
        </p>
        <div class="actions">
          <button
            type="button"
            class="button quiet"
            aria-expanded={open}
            aria-controls={`${id}-settings`}
            onClick={() => {
              setOpen(!open);
            }}
          >
            {words.bar.settings}
          </button>
          <button type="button" class="button" onClick={() => void vault.lock('everywhere')}>
            <Icon name="locked" />
            {words.bar.lock}
          </button>
        </div>
      </div>
      <div id={`${id}-settings`} hidden={!open}>
        {open && <Settings />}
      </div>
    </div>
  );
}

const choices: readonly AutoLockSettings['idleMinutes'][] = [1, 5, 15, 30, 60];

function Settings(): JSX.Element {
  const { vault, announce } = usePanel();
  const id = useId();
  const [autoLock, setAutoLock] = useState<AutoLockSettings | null>(null);
  const [error, setError] = useState<VaultErrorCode | null>(null);
  const [dialog, setDialog] = useState<'change_password' | 'start_over' | null>(null);
  const close = (): void => {
    setDialog(null);
  };
  useEffect(() => {
    vault.settings().then(setAutoLock, (failure: unknown) => {
      setError(codeOf(failure));
    });
  }, [vault]);
  const choose = async (next: AutoLockSettings): Promise<void> => {
    const before = autoLock;
    setAutoLock(next);
    setError(null);
    try {
      await vault.setAutoLock(next);
      announce(words.settings.saved);
    } catch (failure) {
      setAutoLock(before);
      setError(codeOf(failure));
    }
  };
  return (
    <div class="settings">
      {autoLock !== null && (
        <div class="stack">
          <div class="field">
            <label class="label" for={`${id}-auto-lock`}>
              {words.settings.autoLock}
            </label>
            <select
              id={`${id}-auto-lock`}
              class="input select"
              value={String(autoLock.idleMinutes)}
              aria-describedby={`${id}-limit`}
              onChange={(event) => {
                const idleMinutes = choices.find((each) => String(each) === event.currentTarget.value);
                if (idleMinutes !== undefined) void choose({ ...autoLock, idleMinutes });
              }}
            >
              {choices.map((each) => (
                <option key={each} value={String(each)}>
                  {words.settings.after(each)}
                </option>
              ))}
            </select>
            <p class="hint" id={`${id}-limit`}>
              {words.settings.limit}
            </p>
          </div>
          <label class="check">
            <input
              type="checkbox"
              checked={autoLock.whenHidden}
              onChange={(event) => void choose({ ...autoLock, whenHidden: event.currentTarget.checked })}
            />
            <span>{words.settings.whenHidden}</span>
          </label>
        </div>
      )}
      {error !== null && (
        <Notice tone="bad" role="alert">
          {errorText(error)}
        </Notice>
      )}
      <div class="actions">
        <button
          type="button"
          class="button"
          onClick={() => {
            setDialog('change_password');
          }}
        >
          {words.settings.changePassword}
        </button>
        <button
          type="button"
          class="button danger-quiet"
          onClick={() => {
            setDialog('start_over');
          }}
        >
          {words.settings.startOver}
        </button>
      </div>
      {dialog === 'change_password' && <ChangePassword onClose={close} />}
      {dialog === 'start_over' && <StartOver onClose={close} />}
    </div>
  );
}
