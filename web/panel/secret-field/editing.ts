/** What a key, or a request of the browser to delete, asks of the text. */
import type { Target } from './secret-text.ts';

export type Edit =
  | { readonly kind: 'move'; readonly to: Target; readonly extend: boolean }
  | { readonly kind: 'remove'; readonly to: Target }
  | { readonly kind: 'select' }
  /** Taken, and nothing happens. */
  | { readonly kind: 'none' };

type Pressed = Pick<KeyboardEvent, 'key' | 'shiftKey' | 'ctrlKey' | 'altKey' | 'metaKey'>;

export interface Keyboard {
  readonly mac: boolean;
  /** The text runs from right to left, and so do its arrows. */
  readonly rtl: boolean;
}

/** Null for a key that the field leaves to the browser. */
export function editOf(pressed: Pressed, { mac, rtl }: Keyboard): Edit | null {
  const { key, shiftKey, ctrlKey, altKey, metaKey } = pressed;
  const command = mac ? metaKey : ctrlKey;
  const word = mac ? altKey : ctrlKey;
  // Ctrl and Alt together write characters on many keyboards; Alt and an arrow goes back in history.
  if (!mac && (altKey || metaKey)) return null;
  const far = command || word;
  const move = (to: Target): Edit => ({ kind: 'move', to, extend: shiftKey });
  switch (key) {
    case 'ArrowLeft':
      return move(rtl ? (far ? 'end' : 'forward') : far ? 'start' : 'back');
    case 'ArrowRight':
      return move(rtl ? (far ? 'start' : 'back') : far ? 'end' : 'forward');
    case 'ArrowUp':
    case 'Home':
      return move('start');
    case 'ArrowDown':
    case 'End':
      return move('end');
    case 'Backspace':
      return { kind: 'remove', to: far ? 'start' : 'back' };
    case 'Delete':
      // Shift and Delete cuts, and nothing can be cut out of here.
      return shiftKey && !mac ? { kind: 'none' } : { kind: 'remove', to: far ? 'end' : 'forward' };
    case 'a':
    case 'A':
      return command && !shiftKey ? { kind: 'select' } : null;
    default:
      return null;
  }
}

/** Null where the browser asks for something else than deleting. */
export function deletionOf(inputType: string): Edit | null {
  switch (inputType) {
    case 'deleteContentBackward':
      return { kind: 'remove', to: 'back' };
    case 'deleteContentForward':
    case 'deleteContent':
      return { kind: 'remove', to: 'forward' };
    case 'deleteWordBackward':
    case 'deleteSoftLineBackward':
    case 'deleteHardLineBackward':
      return { kind: 'remove', to: 'start' };
    case 'deleteWordForward':
    case 'deleteSoftLineForward':
    case 'deleteHardLineForward':
      return { kind: 'remove', to: 'end' };
    case 'deleteByCut':
    case 'deleteByDrag':
    case 'historyUndo':
    case 'historyRedo':
      return { kind: 'none' };
    default:
      return null;
  }
}
