/**
 * A lock ends the document. The core is wiped and the workers are gone by then; what is left of what was typed and shown goes with
 * the page that held it. Why it locked is told by the next one: it is passed on in this origin's own storage of the tab, where
 * the app around a frame can neither read nor choose it.
 */
import { lockReasons, type LockReason } from '../core/types.ts';
import type { VaultService } from '../vault/api.ts';

const noteName = 'byok-lock-reason';

/** Why the vault locked last in this tab, unless it was unlocked since. */
export function lastLock(): LockReason | null {
  const note = stored((storage) => storage.getItem(noteName));
  return lockReasons.find((each) => each === note) ?? null;
}

/** True where the vault's time was over, so that whoever is asked for the password did not just lock it. */
export function ranOut(reason: LockReason | null): boolean {
  return reason === 'idle' || reason === 'absolute_limit' || reason === 'clock_changed';
}

/**
 * @param close draws what may stay for a moment, or come back from the back/forward cache: nothing secret, no field.
 * @param end leaves the document.
 */
export function endWithLock(
  vault: VaultService,
  close: () => void,
  end: (reason: LockReason | null) => void,
): void {
  let wasOpen = false;
  vault.on('state', (state) => {
    if (state.phase === 'unlocked') {
      if (!wasOpen)
        stored((storage) => {
          storage.removeItem(noteName);
        });
      wasOpen = true;
      return;
    }
    if (!wasOpen) return;
    wasOpen = false;
    const reason = state.phase === 'locked' ? state.reason : null;
    close();
    const leave = (): void => {
      if (reason !== null)
        stored((storage) => {
          storage.setItem(noteName, reason);
        });
      end(reason);
    };
    // A document on its way out goes by itself, unless the cache keeps it: then it goes when it comes back (E21).
    if (reason !== 'page_hidden') leave();
    else
      addEventListener(
        'pageshow',
        ({ persisted }) => {
          if (persisted) leave();
        },
        { once: true },
      );
  });
}

/** Null where the browser allows no storage: then the reason is not told. */
function stored<T>(use: (storage: Storage) => T): T | null {
  try {
    return use(sessionStorage);
  } catch {
    return null;
  }
}
