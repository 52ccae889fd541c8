/** A new password, twice, with an estimate of how long it would hold. Used to create a vault and to change its password. */
import type { JSX } from 'preact';
import { useRef, useState } from 'preact/hooks';
import type { Strength } from '../core/types.ts';
import { useDebounced, usePanel } from './context.tsx';
import { SecretField, type SecretFieldHandle, type SecretFieldRef } from './secret-field.tsx';
import { wipe } from '../vault/wipe.ts';
import { sameBytes } from './secrets.ts';
import { errorText, words } from './words.ts';

export interface NewPassword {
  /** The password where both entries are there and the same; otherwise null, and the form says why. The caller owns it. */
  take(): Uint8Array | null;
  /** Shows why the vault refused it. */
  refuse(message: string): void;
  readonly password: SecretFieldRef;
  readonly confirm: SecretFieldRef;
  readonly errors: { readonly password?: string; readonly confirm?: string };
  readonly clearErrors: () => void;
}

export function useNewPassword(): NewPassword {
  const password = useRef<SecretFieldHandle>(null);
  const confirm = useRef<SecretFieldHandle>(null);
  const [errors, setErrors] = useState<NewPassword['errors']>({});
  const take = (): Uint8Array | null => {
    if (password.current === null || confirm.current === null) return null;
    if (password.current.empty) {
      setErrors({ password: words.enterPassword });
      password.current.focus();
      return null;
    }
    if (confirm.current.empty) {
      setErrors({ confirm: words.repeatPassword });
      confirm.current.focus();
      return null;
    }
    const first = password.current.copy();
    const second = confirm.current.copy();
    if (!sameBytes(first, second)) {
      wipe(first, second);
      confirm.current.clear();
      setErrors({ confirm: words.passwordsDiffer });
      confirm.current.focus();
      return null;
    }
    wipe(second);
    password.current.clear();
    confirm.current.clear();
    setErrors({});
    return first;
  };
  return {
    take,
    refuse: (message) => {
      setErrors({ password: message });
      password.current?.focus();
    },
    password,
    confirm,
    errors,
    clearErrors: () => {
      setErrors({});
    },
  };
}

interface Props {
  readonly fields: NewPassword;
  readonly labels: { readonly password: string; readonly confirm: string };
  readonly disabled: boolean;
}

export function NewPasswordFields({ fields, labels, disabled }: Props): JSX.Element {
  const { vault } = usePanel();
  const [strength, setStrength] = useState<Strength | null>(null);
  const debounce = useDebounced(200);
  const estimate = (length: number): void => {
    fields.clearErrors();
    if (length > 0) vault.prepare();
    debounce((isCurrent) => {
      const field = fields.password.current;
      if (length === 0 || field === null || field.empty) {
        setStrength(null);
        return;
      }
      vault.checkPassword(field.copy()).then(
        (found) => {
          if (isCurrent()) setStrength(found);
        },
        () => {
          // An estimate that can't be made is not shown; creating checks again and says what is wrong.
          if (isCurrent()) setStrength(null);
        },
      );
    });
  };
  return (
    <>
      <SecretField
        label={labels.password}
        handle={fields.password}
        autocomplete="new-password"
        onChange={estimate}
        error={fields.errors.password ?? null}
        hint={<StrengthMeter strength={strength} />}
        disabled={disabled}
        required
      />
      <SecretField
        label={labels.confirm}
        handle={fields.confirm}
        autocomplete="new-password"
        onChange={fields.clearErrors}
        error={fields.errors.confirm ?? null}
        disabled={disabled}
        required
      />
    </>
  );
}

function StrengthMeter({ strength }: { readonly strength: Strength | null }): JSX.Element {
  const refusal = strength?.refusal ?? null;
  const score = strength === null ? -1 : refusal === null ? strength.score : 0;
  const text =
    strength === null
      ? words.strengthHint
      : refusal !== null
        ? errorText(refusal)
        : words.strength(words.strengthNames[strength.score]);
  return (
    <>
      <span class={`strength score-${String(score)}`} aria-hidden="true">
        {[0, 1, 2, 3, 4].map((step) => (
          <span key={step} class={step <= score ? 'strength-step on' : 'strength-step'} />
        ))}
      </span>
      <span role="status">{text}</span>
    </>
  );
}
