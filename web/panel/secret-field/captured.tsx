/** A password field whose input stays empty: what is typed is taken as bytes, and drawn over it. */
import type { JSX } from 'preact';
import { useLayoutEffect, useId, useRef, useState } from 'preact/hooks';
import { errorText, words } from '../words.ts';
import { capture } from './capture.ts';
import { Drawing } from './drawing.ts';
import { errorOf, FieldFrame, inputProps } from './frame.tsx';
import { useHandle } from './handle.ts';
import { followPointer } from './pointer.ts';
import type { SecretFieldProps } from './props.ts';
import { SecretText, type Limits } from './secret-text.ts';

/** As the core has them. A line break in a key is left to the core, which says what is wrong with it (E28). */
const passwordLimits: Limits = { maxBytes: 1024, oneLine: true };
const keyLimits: Limits = { maxBytes: 4096, oneLine: false };

/** How long after the last key the number of characters is said, in milliseconds. */
const sayAfterMs = 800;

export function CapturedField(props: SecretFieldProps): JSX.Element {
  const { autocomplete, handle, disabled, onChange } = props;
  const id = useId();
  const isKey = autocomplete === 'off';
  const input = useRef<HTMLInputElement>(null);
  const box = useRef<HTMLDivElement>(null);
  const [text] = useState(() => new SecretText(isKey ? keyLimits : passwordLimits));
  const drawing = useRef<Drawing>(null);
  const [shown, setShown] = useState(false);
  const [tooLong, setTooLong] = useState(false);
  const [said, setSaid] = useState(0);
  const live = useRef({ onChange, shown, composing: 0 });
  live.current.onChange = onChange;
  live.current.shown = shown;

  const draw = (): void => {
    const { shown, composing } = live.current;
    // An input that is disabled keeps the focus for a moment, and tells no one when it is gone.
    const focused = document.activeElement === input.current && input.current?.disabled === false;
    drawing.current?.draw(text, { shown, focused, composing });
  };
  const saying = useRef<ReturnType<typeof setTimeout>>(undefined);
  const changed = (fits: boolean): void => {
    draw();
    setTooLong(!fits);
    live.current.onChange?.(text.length);
    clearTimeout(saying.current);
    if (text.empty) setSaid(0);
    else
      saying.current = setTimeout(() => {
        setSaid(text.length);
      }, sayAfterMs);
  };

  useHandle(handle, input, disabled, () => ({
    isEmpty: () => text.empty,
    copy: () => text.copy(),
    clear: () => {
      if (input.current !== null) input.current.value = '';
      live.current.composing = 0;
      setShown(false);
      live.current.shown = false;
      if (text.empty) return;
      text.clear();
      changed(true);
    },
  }));
  useLayoutEffect(() => {
    if (input.current === null || box.current === null) return;
    const end = new AbortController();
    const { signal } = end;
    const drawn = new Drawing(box.current);
    drawing.current = drawn;
    const absorb = capture({
      input: input.current,
      text,
      signal,
      isRtl: () => drawn.isRtl,
      onEdit: (edited) => {
        if (edited === 'moved') draw();
        else changed(edited === 'changed');
      },
      onCompose: (length) => {
        live.current.composing = length;
        draw();
      },
    });
    followPointer({
      input: input.current,
      signal,
      place: (x, extend) => {
        text.place(drawn.indexAt(x, text), extend);
        draw();
      },
      selectAll: () => {
        text.selectAll();
        draw();
      },
    });
    input.current.form?.addEventListener(
      'submit',
      () => {
        absorb();
        setShown(false);
      },
      // Before whoever sends it reads the field.
      { signal, capture: true },
    );
    return () => {
      clearTimeout(saying.current);
      end.abort();
    };
  }, []);
  useLayoutEffect(draw, [shown, disabled]);

  const error = errorOf(props) ?? (tooLong ? errorText(isKey ? 'key_too_long' : 'password_too_long') : null);
  return (
    <FieldFrame
      id={id}
      field={props}
      error={error}
      shown={shown}
      onLeave={() => {
        setShown(false);
      }}
      onToggle={() => {
        setShown(!shown);
        input.current?.focus();
      }}
    >
      <input
        ref={input}
        class="input secret-input"
        type="password"
        {...inputProps(id, props, error, said > 0 ? `${id}-length` : null)}
        onFocus={draw}
        onBlur={draw}
      />
      <div
        ref={box}
        class={disabled === true ? 'secret-drawing disabled' : 'secret-drawing'}
        aria-hidden={!shown}
      />
      <span id={`${id}-length`} class="visually-hidden" role="status">
        {said > 0 && words.characters(said)}
      </span>
    </FieldFrame>
  );
}
