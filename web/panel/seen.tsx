/** Buttons that wait until they can be seen: `Allow`, `Show`, `Delete`. */
import type { JSX, RefObject } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { canWatch, seenAfterMs, watchSight, type Watched } from './sight.ts';
import { words } from './words.ts';

/** How long a press that did not count may come true by a second one before it is explained, in milliseconds. */
const explainAfterMs = 600;

export interface Seen {
  readonly ref: RefObject<HTMLButtonElement | null>;
  /** False while a press would not count. */
  readonly ready: boolean;
  /** True where someone pressed in vain, and is told why. */
  readonly explain: boolean;
  /** For the button's click: true where it counts. */
  press(): boolean;
  /** The same, for what works unseen too and only gives less: nothing is explained, nothing waits. */
  isSeen(): boolean;
}

/**
 * Watches one button: give it `ref` and `aria-disabled={!ready}`, let its click act only where `press()` is true, and put
 * {@link Unseen} beside it. The button must be drawn without opacity, filter or transform: through those it counts as unseen.
 */
export function useSeen(afterMs = seenAfterMs): Seen {
  const ref = useRef<HTMLButtonElement>(null);
  const watched = useRef<Watched | null>(null);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const early = useRef(false);
  const [ready, setReady] = useState(() => !canWatch());
  const [explain, setExplain] = useState(false);
  useEffect(() => {
    const element = ref.current;
    if (element === null || !canWatch()) return;
    const watching = watchSight(element, afterMs, () => {
      const seen = watching.isSeen();
      setReady(seen);
      if (seen) setExplain(false);
      // Pressed as soon as it was there, and in sight ever since: who is quick with the keyboard presses once.
      const again = early.current && seen;
      if (seen || watching.wasHidden()) early.current = false;
      if (again && !watching.wasHidden()) element.click();
    });
    watched.current = watching;
    return () => {
      clearTimeout(timer.current);
      watching.stop();
      watched.current = null;
    };
  }, [afterMs]);
  const isSeen = (): boolean => watched.current?.isSeen() ?? !canWatch();
  const press = (): boolean => {
    if (isSeen()) return true;
    early.current = watched.current?.wasHidden() === false;
    clearTimeout(timer.current);
    timer.current = setTimeout(() => {
      early.current = false;
      setExplain(watched.current?.isSeen() === false);
    }, explainAfterMs);
    return false;
  };
  return { ref, ready, explain, press, isSeen };
}

/** Why a press did not count, once someone pressed in vain. There before its words, so that they are read out. */
export function Unseen({ seen }: { readonly seen: Seen }): JSX.Element {
  return (
    <p class={seen.explain ? 'unseen' : 'visually-hidden'} role="status">
      {seen.explain && words.unseen}
    </p>
  );
}
