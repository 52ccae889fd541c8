/**
 * The one place where a secret is typed. Users of it see a length while it is typed, and bytes once: what is inside
 * can change without them.
 */
import type { JSX } from 'preact';
import { usePanel } from './context.tsx';
import { CapturedField } from './secret-field/captured.tsx';
import { PlainField } from './secret-field/plain.tsx';
import type { SecretFieldProps } from './secret-field/props.ts';

export type { SecretFieldHandle, SecretFieldProps, SecretFieldRef } from './secret-field/props.ts';

export function SecretField(props: SecretFieldProps): JSX.Element {
  return usePanel().plainFields ? <PlainField {...props} /> : <CapturedField {...props} />;
}
