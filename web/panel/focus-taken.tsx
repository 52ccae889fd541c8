/** A line under a secret field whose focus went while someone typed: an app can take it, and would get the rest of what is typed. */
import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { Typing } from './typing.ts';
import { words } from './words.ts';

/** A tab that is left takes the focus with it, and says so a moment later, in milliseconds. */
const settledAfterMs = 150;

/** Stands inside the element of the field that it watches. */
export function FocusTaken(): JSX.Element {
  const line = useRef<HTMLParagraphElement>(null);
  const [taken, setTaken] = useState(false);
  useEffect(() => {
    const field = line.current?.parentElement;
    if (window.parent === window || field === null || field === undefined) return;
    const typing = new Typing();
    const ended = new AbortController();
    const options = { capture: true, signal: ended.signal } as const;
    let timer: ReturnType<typeof setTimeout> | undefined;
    field.addEventListener(
      'beforeinput',
      ({ inputType }) => {
        if (inputType.startsWith('insert')) typing.typed(performance.now());
      },
      options,
    );
    field.addEventListener(
      'keydown',
      (event) => {
        typing.pressed(event);
      },
      options,
    );
    addEventListener(
      'pointerdown',
      () => {
        typing.stopped();
      },
      options,
    );
    addEventListener(
      'blur',
      ({ target }) => {
        if (target !== window || !typing.isUnderWay(performance.now())) return;
        typing.stopped();
        timer = setTimeout(() => {
          if (document.visibilityState === 'visible') setTaken(true);
        }, settledAfterMs);
      },
      options,
    );
    return () => {
      clearTimeout(timer);
      ended.abort();
    };
  }, []);
  return (
    <p ref={line} class={taken ? 'unseen' : 'visually-hidden'} role="status">
      {taken && words.focusTaken}
    </p>
  );
}
