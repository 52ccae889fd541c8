/** What is under way on each provider's card, and how the last of it ended. */
import { useCallback, useRef, useState } from 'preact/hooks';
import type { VaultErrorCode } from '../core/errors.ts';
import type { Verdict } from '../core/types.ts';
import type { SaveOutcome } from '../vault/api.ts';
import { codeOf } from './context.tsx';

export type CardResult =
  | { readonly kind: 'busy'; readonly work: 'testing' | 'saving' }
  | { readonly kind: 'saved'; readonly outcome: SaveOutcome }
  | { readonly kind: 'tested'; readonly verdict: Verdict }
  | { readonly kind: 'failed'; readonly code: VaultErrorCode };

export interface Runner {
  resultOf(provider: string): CardResult | null;
  /** Begins work on a card, where none is under way; its end is shown there. */
  run: (
    provider: string,
    kind: 'testing' | 'saving',
    work: () => Promise<CardResult | null>,
  ) => Promise<CardResult | null>;
  clear(provider: string): void;
}

export function useRunner(): Runner {
  const [results, setResults] = useState<ReadonlyMap<string, CardResult>>(new Map());
  const running = useRef(new Set<string>());
  const put = useCallback((provider: string, result: CardResult | null) => {
    setResults((before) => {
      const after = new Map(before);
      if (result === null) after.delete(provider);
      else after.set(provider, result);
      return after;
    });
  }, []);
  const run: Runner['run'] = useCallback(
    async (provider, kind, work) => {
      if (running.current.has(provider)) return null;
      running.current.add(provider);
      put(provider, { kind: 'busy', work: kind });
      let result: CardResult | null;
      try {
        result = await work();
      } catch (error) {
        result = { kind: 'failed', code: codeOf(error) };
      }
      running.current.delete(provider);
      put(provider, result);
      return result;
    },
    [put],
  );
  return {
    resultOf: (provider) => results.get(provider) ?? null,
    run,
    clear: (provider) => {
      put(provider, null);
    },
  };
}
