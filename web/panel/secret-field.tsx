/**
 * The one place where a secret is typed. Users of it see a length while it is typed, and bytes once: what is inside
 * can change without them.
 */
import type { ComponentChildren, JSX, RefObject } from 'preact';
import { useEffect, useId, useRef, useState } from 'preact/hooks';
import { FocusTaken } from './focus-taken.tsx';
import { Unseen, useSeen } from './seen.tsx';
import { words } from './words.ts';

export interface SecretFieldHandle {
  readonly empty: boolean;
  /** The secret as NFC in UTF-8. The field is empty from then on; the caller owns the bytes. */
  take(): Uint8Array;
  /** The same, for an estimate while it is typed. The field keeps what it has; the caller owns the copy. */
  copy(): Uint8Array;
  clear(): void;
  focus(): void;
}

export type SecretFieldRef = RefObject<SecretFieldHandle | null>;

export interface SecretFieldProps {
  readonly label: string;
  readonly handle: SecretFieldRef;
  readonly autocomplete: 'new-password' | 'current-password' | 'off';
  /** @param length in UTF-16 units; 0 = empty. */
  readonly onChange?: (length: number) => void;
  readonly error?: string | null;
  /** Shown below, and read with the field. */
  readonly hint?: ComponentChildren;
  readonly disabled?: boolean;
  readonly required?: boolean;
  /** One line for lists of fields: the label is there for assistive technology only. */
  readonly labelHidden?: boolean;
}

export function SecretField(props: SecretFieldProps): JSX.Element {
  const { label, handle, autocomplete, onChange, error, hint, disabled, required, labelHidden } = props;
  const id = useId();
  const input = useRef<HTMLInputElement>(null);
  const [shown, setShown] = useState(false);
  const seen = useSeen();
  const changed = useRef(onChange);
  changed.current = onChange;
  const focusWhenEnabled = useRef(false);

  useEffect(() => {
    if (disabled === true || !focusWhenEnabled.current) return;
    focusWhenEnabled.current = false;
    input.current?.focus();
  }, [disabled]);

  useEffect(() => {
    const field: SecretFieldHandle = {
      get empty() {
        return (input.current?.value ?? '') === '';
      },
      take() {
        const secret = field.copy();
        field.clear();
        return secret;
      },
      copy: () => new TextEncoder().encode((input.current?.value ?? '').normalize('NFC')),
      clear() {
        if (input.current !== null && input.current.value !== '') {
          input.current.value = '';
          changed.current?.(0);
        }
        setShown(false);
      },
      focus() {
        if (input.current?.disabled === true) focusWhenEnabled.current = true;
        else input.current?.focus();
      },
    };
    // As an attribute: the property of that name is a boolean, for which the word "off" is true.
    input.current?.setAttribute('autocorrect', 'off');
    handle.current = field;
    // A page kept in the back/forward cache, and one restored from it, holds nothing (E21).
    const leave = (): void => {
      field.clear();
    };
    const comeBack = (event: PageTransitionEvent): void => {
      if (event.persisted) field.clear();
    };
    addEventListener('pagehide', leave);
    addEventListener('pageshow', comeBack);
    return () => {
      removeEventListener('pagehide', leave);
      removeEventListener('pageshow', comeBack);
      field.clear();
      handle.current = null;
    };
  }, [handle]);

  const described = [
    hint === undefined ? '' : `${id}-hint`,
    (error ?? '') === '' ? '' : `${id}-error`,
  ].filter((each) => each !== '');
  return (
    <div class="field">
      <label for={id} class={labelHidden === true ? 'visually-hidden' : 'label'}>
        {label}
      </label>
      <div class="field-box">
        <input
          ref={input}
          id={id}
          class="input"
          {...(shown ? { type: 'text' as const } : { type: 'password' as const })}
          autocomplete={autocomplete}
          autocapitalize="off"
          spellcheck={false}
          disabled={disabled}
          required={required}
          aria-invalid={(error ?? '') === '' ? undefined : 'true'}
          aria-describedby={described.length > 0 ? described.join(' ') : undefined}
          onInput={(event) => onChange?.(event.currentTarget.value.length)}
          data-1p-ignore={autocomplete === 'off' ? '' : undefined}
          data-lpignore={autocomplete === 'off' ? 'true' : undefined}
        />
        <button
          ref={seen.ref}
          type="button"
          aria-disabled={!shown && !seen.ready}
          class="button quiet field-toggle"
          aria-label={shown ? words.hideWhat(label) : words.showWhat(label)}
          disabled={disabled}
          onClick={() => {
            // To hide it again, no one has to see the button.
            if (!shown && !seen.press()) return;
            setShown(!shown);
            input.current?.focus();
          }}
        >
          {shown ? words.hide : words.show}
        </button>
      </div>
      <Unseen seen={seen} />
      <FocusTaken />
      {hint !== undefined && (
        <div id={`${id}-hint`} class="hint">
          {hint}
        </div>
      )}
      {(error ?? '') !== '' && (
        <p id={`${id}-error`} class="field-error" role="alert">
          {error}
        </p>
      )}
    </div>
  );
}
