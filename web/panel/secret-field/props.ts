import type { ComponentChildren, RefObject } from 'preact';

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
  /** `off`: an API key; otherwise the vault's password. */
  readonly autocomplete: 'new-password' | 'current-password' | 'off';
  /** @param length in characters; 0 = empty. */
  readonly onChange?: (length: number) => void;
  readonly error?: string | null;
  /** Shown below, and read with the field. */
  readonly hint?: ComponentChildren;
  readonly disabled?: boolean;
  readonly required?: boolean;
  /** One line for lists of fields: the label is there for assistive technology only. */
  readonly labelHidden?: boolean;
}
