/** What both kinds of secret field do for their users, and when a page goes. */
import { useLayoutEffect, useRef } from 'preact/hooks';
import type { SecretFieldRef } from './props.ts';

interface Kept {
  readonly isEmpty: () => boolean;
  readonly copy: () => Uint8Array;
  readonly clear: () => void;
}

/**
 * Hands the field to its user as it is drawn, for whoever is quick, such as a password manager; and empties it when its page is left, kept or restored (E21), and when it goes.
 * @param make called once, when the field is there.
 */
export function useHandle(
  handle: SecretFieldRef,
  input: { readonly current: HTMLInputElement | null },
  disabled: boolean | undefined,
  make: () => Kept,
): void {
  const focusWhenEnabled = useRef(false);
  const makeKept = useRef(make);
  useLayoutEffect(() => {
    if (disabled === true || !focusWhenEnabled.current) return;
    focusWhenEnabled.current = false;
    input.current?.focus();
  }, [disabled, input]);
  useLayoutEffect(() => {
    const kept = makeKept.current();
    // As an attribute: the property of that name is a boolean, for which the word "off" is true.
    input.current?.setAttribute('autocorrect', 'off');
    handle.current = {
      get empty() {
        return kept.isEmpty();
      },
      take() {
        const secret = kept.copy();
        kept.clear();
        return secret;
      },
      copy: kept.copy,
      clear: kept.clear,
      focus() {
        if (input.current?.disabled === true) focusWhenEnabled.current = true;
        else input.current?.focus();
      },
    };
    const comeBack = (event: PageTransitionEvent): void => {
      if (event.persisted) kept.clear();
    };
    addEventListener('pagehide', kept.clear);
    addEventListener('pageshow', comeBack);
    return () => {
      removeEventListener('pagehide', kept.clear);
      removeEventListener('pageshow', comeBack);
      kept.clear();
      handle.current = null;
    };
  }, [handle, input]);
}
