/** An ordinary password input, for browsers and tools that the captured one does not work with (`BYOK_PLAIN_FIELDS`). */
import type { JSX } from 'preact';
import { useId, useRef, useState } from 'preact/hooks';
import { errorOf, FieldFrame, inputProps } from './frame.tsx';
import { useHandle } from './handle.ts';
import type { SecretFieldProps } from './props.ts';

export function PlainField(props: SecretFieldProps): JSX.Element {
  const { handle, onChange, disabled } = props;
  const id = useId();
  const input = useRef<HTMLInputElement>(null);
  const [shown, setShown] = useState(false);
  const changed = useRef(onChange);
  changed.current = onChange;
  useHandle(handle, input, disabled, () => ({
    isEmpty: () => (input.current?.value ?? '') === '',
    copy: () => new TextEncoder().encode((input.current?.value ?? '').normalize('NFC')),
    clear: () => {
      if (input.current !== null && input.current.value !== '') {
        input.current.value = '';
        changed.current?.(0);
      }
      setShown(false);
    },
  }));
  const error = errorOf(props);
  return (
    <FieldFrame
      id={id}
      field={props}
      error={error}
      shown={shown}
      onToggle={() => {
        setShown(!shown);
        input.current?.focus();
      }}
    >
      <input
        ref={input}
        class="input"
        {...inputProps(id, props, error)}
        {...(shown ? { type: 'text' as const } : { type: 'password' as const })}
        onInput={(event) => onChange?.(event.currentTarget.value.length)}
      />
    </FieldFrame>
  );
}
