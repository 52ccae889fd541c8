import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { VaultState } from '../vault/api.ts';
import { usePanel, useWork } from './context.tsx';
import { formatCountdown } from './format.ts';
import { preventSubmit, ProgressLine, Submit, VaultName } from './parts.tsx';
import { SecretField, type SecretFieldHandle } from './secret-field.tsx';
import { errorText, words } from './words.ts';

export type Locked = Extract<VaultState, { phase: 'locked' }>;

interface Props {
  readonly state: Locked;
  /** Called before the password is tried. */
  readonly onSubmit?: () => void;
  /** Beside `Unlock`, where the person may decline. */
  readonly onCancel?: () => void;
  readonly autoFocus?: boolean;
}

/** The password field and `Unlock`, with the growing wait after wrong passwords (E17). */
export function UnlockForm({ state, onSubmit, onCancel, autoFocus }: Props): JSX.Element {
  const { vault } = usePanel();
  const work = useWork();
  const field = useRef<SecretFieldHandle>(null);
  const [missing, setMissing] = useState(false);
  const waitMs = useWait(state);
  useEffect(() => {
    if (autoFocus === true) field.current?.focus();
  }, [autoFocus]);

  const submit = async (event: Event): Promise<void> => {
    preventSubmit(event);
    const entry = field.current;
    if (work.busy || waitMs > 0 || entry === null) return;
    if (entry.empty) {
      setMissing(true);
      entry.focus();
      return;
    }
    onSubmit?.();
    const password = entry.take();
    const opened = await work.run(async () => {
      await vault.unlock(password);
    });
    // Where it was refused, the empty field waits for the next try.
    if (!opened) entry.focus();
  };

  const error = missing
    ? words.enterPassword
    : work.error === 'too_many_attempts' || work.error === null
      ? null
      : errorText(work.error);
  return (
    <form class="form" onSubmit={(event) => void submit(event)} noValidate>
      <VaultName />
      <SecretField
        label={words.password}
        handle={field}
        autocomplete="current-password"
        error={error}
        disabled={work.busy}
        required
        onChange={(length) => {
          if (length === 0) return;
          vault.prepare();
          setMissing(false);
          work.clearError();
        }}
      />
      {/* Said once, when the wait begins; the countdown beside it is for the eye. */}
      <p class={waitMs > 0 ? 'wait' : 'visually-hidden'} role="status">
        {waitMs > 0 && (
          <>
            {words.unlock.tooMany}{' '}
            <span aria-hidden="true">{words.unlock.again(formatCountdown(waitMs))}</span>
          </>
        )}
      </p>
      <div class="actions">
        <Submit busy={work.busy} working={words.unlock.working} disabled={waitMs > 0}>
          {words.unlock.submit}
        </Submit>
        {onCancel !== undefined && (
          <button type="button" class="button" onClick={onCancel}>
            {words.dialogUnlock.cancel}
          </button>
        )}
      </div>
      {work.busy && <ProgressLine label={words.unlock.working} />}
    </form>
  );
}

/** Milliseconds still to wait, counted down from when the vault said so. */
function useWait(state: Locked): number {
  const [left, setLeft] = useState(state.waitMs);
  useEffect(() => {
    setLeft(state.waitMs);
    if (state.waitMs === 0) return;
    const until = performance.now() + state.waitMs;
    const timer = setInterval(() => {
      const rest = Math.max(0, until - performance.now());
      setLeft(rest);
      if (rest === 0) clearInterval(timer);
    }, 250);
    return () => {
      clearInterval(timer);
    };
  }, [state]);
  return left;
}
