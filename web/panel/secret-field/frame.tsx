/** What both kinds of secret field have around their input: label, `Show`, hint and error. */
import type { ComponentChildren, JSX } from 'preact';
import { FocusTaken } from '../focus-taken.tsx';
import { Unseen, useSeen } from '../seen.tsx';
import { words } from '../words.ts';
import type { SecretFieldProps } from './props.ts';

interface Props {
  readonly id: string;
  readonly field: SecretFieldProps;
  readonly error: string | null;
  readonly shown: boolean;
  readonly onToggle: () => void;
  readonly children: ComponentChildren;
  /** The focus went elsewhere than from one part of the field to another. */
  readonly onLeave?: () => void;
}

export function FieldFrame(props: Props): JSX.Element {
  const { id, field, error, shown, onToggle, children, onLeave } = props;
  const { label, labelHidden, hint, disabled } = field;
  const seen = useSeen();
  return (
    <div
      class="field"
      onFocusOut={({ relatedTarget, currentTarget }) => {
        if (!(relatedTarget instanceof Node && currentTarget.contains(relatedTarget))) onLeave?.();
      }}
    >
      <label for={id} class={labelHidden === true ? 'visually-hidden' : 'label'}>
        {label}
      </label>
      <div class="field-box">
        {children}
        <button
          ref={seen.ref}
          type="button"
          aria-disabled={!shown && !seen.ready}
          class="button quiet field-toggle"
          aria-label={shown ? words.hideWhat(label) : words.showWhat(label)}
          disabled={disabled}
          onMouseDown={(event) => {
            // The focus stays in the field, where one goes on typing.
            event.preventDefault();
          }}
          onClick={() => {
            // To hide it again, no one has to see the button.
            if (shown || seen.press()) onToggle();
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
      {error !== null && (
        <p id={`${id}-error`} class="field-error" role="alert">
          {error}
        </p>
      )}
    </div>
  );
}

export function errorOf({ error }: SecretFieldProps): string | null {
  return error === undefined || error === '' ? null : error;
}

interface InputProps {
  readonly id: string;
  readonly autocomplete: SecretFieldProps['autocomplete'];
  readonly autocapitalize: 'off';
  readonly spellcheck: false;
  readonly disabled: boolean | undefined;
  readonly 'aria-required': true | undefined;
  readonly 'aria-invalid': true | undefined;
  readonly 'aria-describedby': string | undefined;
  readonly 'data-1p-ignore': '' | undefined;
  readonly 'data-lpignore': 'true' | undefined;
}

/** @param more the id of what else describes the input. */
export function inputProps(
  id: string,
  { autocomplete, hint, disabled, required }: SecretFieldProps,
  error: string | null,
  more: string | null = null,
): InputProps {
  const described = [
    hint === undefined ? null : `${id}-hint`,
    error === null ? null : `${id}-error`,
    more,
  ].filter((each) => each !== null);
  const isKey = autocomplete === 'off';
  return {
    id,
    autocomplete,
    autocapitalize: 'off',
    spellcheck: false,
    disabled,
    // Not `required`: the browser would call an input invalid that is empty because what is typed is elsewhere.
    'aria-required': required === true ? true : undefined,
    'aria-invalid': error === null ? undefined : true,
    'aria-describedby': described.length > 0 ? described.join(' ') : undefined,
    'data-1p-ignore': isKey ? '' : undefined,
    'data-lpignore': isKey ? 'true' : undefined,
  };
}
