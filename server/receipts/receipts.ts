/** Whose key served a user's last jobs, for the user's panel: at most 50, for at most seven days. No key, no text, no reason in words. */
import { z } from 'zod';
import type { Receipt, RouteReason } from '../../web/core/route.ts';

export interface StoredReceipt extends Receipt {
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly provider: string;
  readonly job: 'chat' | 'transcribe';
  readonly outcome: 'served' | 'refused' | 'failed';
}

export interface Receipts {
  /** May fail where they are kept elsewhere; a job does not hang on it. */
  add(user: string, receipt: StoredReceipt): Promise<void>;
  /** Newest first. */
  list(user: string): Promise<readonly StoredReceipt[]>;
}

export const maxReceipts = 50;
export const receiptSeconds = 7 * 24 * 60 * 60;

const reasons: Record<RouteReason, true> = {
  as_asked: true,
  cache_miss: true,
  cache_unavailable: true,
  restricted: true,
  invalid: true,
  blocked: true,
  no_credit: true,
  rate_limited: true,
  wrong_region_or_ip: true,
  wrong_provider: true,
  provider_down: true,
  unreachable: true,
};

const storedReceipt = z.strictObject({
  at: z.int().min(0),
  provider: z.string().regex(/^[a-z0-9_-]{1,32}$/),
  job: z.enum(['chat', 'transcribe']),
  outcome: z.enum(['served', 'refused', 'failed']),
  credential: z.enum(['user', 'server']),
  reason: z.enum(Object.keys(reasons) as [RouteReason]),
  attempts: z.int().min(0).max(3),
  sealId: z
    .string()
    .regex(/^[0-9a-f]{32}$/)
    .nullable(),
});

/** Reads back what was stored; null for what is no receipt, because of a version before or after this one, or of another writer. */
export function readReceipt(text: string): StoredReceipt | null {
  try {
    return storedReceipt.parse(JSON.parse(text));
  } catch {
    return null;
  }
}

export function isFresh({ at }: StoredReceipt, now: number): boolean {
  return at > now - receiptSeconds * 1000;
}
