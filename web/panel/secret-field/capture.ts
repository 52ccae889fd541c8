/**
 * Takes what is typed into an input before the browser puts it there: what an input has held stays in the browser's
 * memory in many copies. Where the browser does not ask first (composition, autofill, scripts), it is taken out at once.
 */
import { countCharacters } from './characters.ts';
import { deletionOf, editOf, type Edit } from './editing.ts';
import type { SecretText } from './secret-text.ts';

export interface CaptureOptions {
  readonly input: HTMLInputElement;
  readonly text: SecretText;
  readonly signal: AbortSignal;
  readonly isRtl: () => boolean;
  /** @param what `moved`: the caret or the selection; `refused`: what was put in is too long. */
  readonly onEdit: (what: 'moved' | 'changed' | 'refused') => void;
  /** @param length of what is being composed, in characters; 0 at its end. */
  readonly onCompose: (length: number) => void;
}

/** They put text at the caret; whatever else changes the value (autofill, scripts) sets all of it. */
const insertions = new Set([
  'insertText',
  'insertFromPaste',
  'insertFromPasteAsQuotation',
  'insertFromDrop',
  'insertFromYank',
  'insertTranspose',
  'insertCompositionText',
  'insertFromComposition',
]);

/** @returns takes what the input holds, such as what a program has put there without saying so. */
export function capture({ input, text, signal, isRtl, onEdit, onCompose }: CaptureOptions): () => void {
  const mac = /Mac|iPhone|iPad/.test(navigator.platform);
  let composing = false;
  /** A key is behind the next insertion. */
  let keyed = false;
  /** Nothing has been typed since the field was entered. */
  let untouched = true;

  const apply = (edit: Edit): void => {
    if (edit.kind === 'none') return;
    if (edit.kind === 'move') text.move(edit.to, edit.extend);
    else if (edit.kind === 'remove') text.remove(edit.to);
    else text.selectAll();
    onEdit(edit.kind === 'remove' ? 'changed' : 'moved');
  };
  const put = (how: 'insert' | 'replace', data: string): void => {
    onEdit(text[how](data) ? 'changed' : 'refused');
  };
  const take = (how: 'insert' | 'replace'): void => {
    const { value } = input;
    if (value === '') return;
    input.value = '';
    put(how, value);
  };
  const on = <K extends keyof HTMLElementEventMap>(
    type: K,
    listener: (event: HTMLElementEventMap[K]) => void,
  ): void => {
    input.addEventListener(type, listener, { signal });
  };

  on('keydown', (event) => {
    keyed = true;
    if (event.isComposing || event.defaultPrevented) return;
    const edit = editOf(event, { mac, rtl: isRtl() });
    if (edit === null) return;
    event.preventDefault();
    untouched = false;
    apply(edit);
  });
  on('keyup', ({ key }) => {
    keyed = false;
    // A field that is reached by the keyboard is selected, so that typing replaces what it holds.
    if (key === 'Tab' && untouched && !text.empty) apply({ kind: 'select' });
  });
  on('focus', () => {
    keyed = false;
    untouched = true;
  });
  on('beforeinput', (event) => {
    const { inputType } = event;
    if (composing || event.isComposing || !event.cancelable) return;
    const deletion = deletionOf(inputType);
    if (deletion !== null) {
      event.preventDefault();
      apply(deletion);
    } else if (insertions.has(inputType)) {
      event.preventDefault();
      const data = event.data ?? event.dataTransfer?.getData('text/plain') ?? '';
      // Several characters at once and no key: a program fills the field, and means all of it.
      const fills = inputType === 'insertText' && !keyed && countCharacters(data) > 1;
      keyed = false;
      untouched = false;
      if (data !== '') put(fills ? 'replace' : 'insert', data);
    }
  });
  on('input', (event) => {
    if (composing) onCompose(countCharacters(input.value));
    else take(event instanceof InputEvent && insertions.has(event.inputType) ? 'insert' : 'replace');
  });
  on('change', () => {
    if (composing) return;
    take('replace');
    // Some password managers put the value back when they find it gone, and tell no one.
    setTimeout(() => {
      if (!composing && !signal.aborted) take('replace');
    });
  });
  on('compositionstart', () => {
    composing = true;
    untouched = false;
  });
  on('compositionend', () => {
    composing = false;
    onCompose(0);
    take('insert');
  });
  const refuse = (event: Event): void => {
    event.preventDefault();
  };
  on('copy', refuse);
  on('cut', refuse);
  on('dragstart', refuse);
  return () => {
    take(composing ? 'insert' : 'replace');
  };
}
