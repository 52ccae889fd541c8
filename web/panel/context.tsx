/** What every part of the panel needs: the vault, the catalogue, and a voice. */
import { createContext, type RefObject } from 'preact';
import { useCallback, useContext, useEffect, useRef, useState } from 'preact/hooks';
import { VaultError, type VaultErrorCode } from '../core/errors.ts';
import type { Provider } from '../core/types.ts';
import type { VaultService, VaultState } from '../vault/api.ts';
import type { HeldKey } from './secrets.ts';

export interface PanelContext {
  readonly vault: VaultService;
  readonly providers: readonly Provider[];
  readonly held: HeldKey;
  /** Says something to assistive technology, politely. */
  readonly announce: (text: string) => void;
  /** Secrets are typed into ordinary inputs. */
  readonly plainFields: boolean;
}

export const Panel = createContext<PanelContext | null>(null);

export function usePanel(): PanelContext {
  const panel = useContext(Panel);
  if (panel === null) throw new Error('outside of the panel');
  return panel;
}

export function useVaultState(vault: VaultService): VaultState {
  const [state, setState] = useState(vault.state);
  useEffect(() => {
    // What happened between the first drawing and now.
    setState(vault.state);
    return vault.on('state', setState);
  }, [vault]);
  return state;
}

export function codeOf(error: unknown): VaultErrorCode {
  return error instanceof VaultError ? error.code : 'internal';
}

export interface Work {
  readonly busy: boolean;
  /** Runs one piece of work; while it runs, another is not begun. Resolves to true where it succeeded. */
  run(work: () => Promise<void>): Promise<boolean>;
  readonly error: VaultErrorCode | null;
  readonly clearError: () => void;
}

/** Work that can't be submitted twice, and whose refusal is shown where it was asked for. */
export function useWork(): Work {
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<VaultErrorCode | null>(null);
  const running = useRef(false);
  const mounted = useMounted();
  const run = useCallback(
    async (work: () => Promise<void>): Promise<boolean> => {
      if (running.current) return false;
      running.current = true;
      setBusy(true);
      setError(null);
      try {
        await work();
        return true;
      } catch (failure) {
        if (mounted.current) setError(codeOf(failure));
        return false;
      } finally {
        running.current = false;
        if (mounted.current) setBusy(false);
      }
    },
    [mounted],
  );
  const clearError = useCallback(() => {
    setError(null);
  }, []);
  return { busy, run, error, clearError };
}

function useMounted(): RefObject<boolean> {
  const mounted = useRef(true);
  useEffect(() => {
    mounted.current = true;
    return () => {
      mounted.current = false;
    };
  }, []);
  return mounted;
}

/** `Date.now()`, refreshed every `everyMs` milliseconds. */
export function useNow(everyMs: number): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => {
      setNow(Date.now());
    }, everyMs);
    return () => {
      clearInterval(timer);
    };
  }, [everyMs]);
  return now;
}

/** Runs `work` once typing has paused for `delayMs`; what was begun for an older text is not reported. */
export function useDebounced(delayMs: number): (work: (isCurrent: () => boolean) => void) => void {
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const turn = useRef(0);
  useEffect(
    () => () => {
      clearTimeout(timer.current);
      turn.current++;
    },
    [],
  );
  return useCallback(
    (work) => {
      clearTimeout(timer.current);
      const mine = ++turn.current;
      timer.current = setTimeout(() => {
        work(() => turn.current === mine);
      }, delayMs);
    },
    [delayMs],
  );
}
