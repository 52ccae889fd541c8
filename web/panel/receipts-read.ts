/** When the panel asks for receipts: on unlock, when someone comes back or acts, and for a while after an app had keys sealed. */
import { useEffect, useRef, useState } from 'preact/hooks';
import type { AppPermission } from '../core/types.ts';
import type { JobReceipt } from '../vault/api.ts';
import { usePanel } from './context.tsx';
import { formatAgo } from './format.ts';
import { fellShort, textOf } from './receipts.ts';

/** Whatever someone does, it is not asked for more often than this, in milliseconds. */
const gapMs = 5_000;
/** A job takes seconds: after a seal it is looked for this many milliseconds later. */
const afterSealMs = [3_000, 10_000, 40_000] as const;
const none: readonly JobReceipt[] = [];

export function useReceipts(apps: readonly AppPermission[]): readonly JobReceipt[] {
  const { vault } = usePanel();
  /** Null until the first answer. */
  const [receipts, setReceipts] = useState<readonly JobReceipt[] | null>(null);
  const read = useRef<() => void>(() => undefined);

  useEffect(() => {
    let current = true;
    let last = -gapMs;
    read.current = () => {
      if (document.visibilityState === 'hidden') return;
      last = performance.now();
      vault.receipts().then(
        (found) => {
          if (current) setReceipts(found);
        },
        () => {
          // What was known stays.
        },
      );
    };
    const act = (): void => {
      if (performance.now() - last >= gapMs) read.current();
    };
    act();
    const events = ['focus', 'pointerdown', 'keydown'] as const;
    for (const event of events) addEventListener(event, act, { passive: true });
    document.addEventListener('visibilitychange', act);
    return () => {
      current = false;
      for (const event of events) removeEventListener(event, act);
      document.removeEventListener('visibilitychange', act);
    };
  }, [vault]);

  const uses = apps.reduce((sum, app) => sum + app.uses, 0);
  const before = useRef(uses);
  useEffect(() => {
    if (uses === before.current) return;
    before.current = uses;
    const timers = afterSealMs.map((ms) =>
      setTimeout(() => {
        read.current();
      }, ms),
    );
    return () => {
      timers.forEach(clearTimeout);
    };
  }, [uses]);

  useNews(receipts);
  return receipts ?? none;
}

/** Says that a key did not serve, where it happens while someone is here. */
function useNews(receipts: readonly JobReceipt[] | null): void {
  const { providers, announce } = usePanel();
  const heard = useRef<number | null>(null);
  useEffect(() => {
    if (receipts === null) return;
    const known = heard.current;
    const [newest] = receipts;
    heard.current = newest?.at ?? 0;
    const provider = providers.find(({ id }) => id === newest?.provider);
    if (known === null || newest === undefined || newest.at <= known) return;
    if (provider === undefined || !fellShort(newest)) return;
    announce(textOf(newest, provider.name, formatAgo(newest.at, Date.now())));
  }, [receipts, providers, announce]);
}
