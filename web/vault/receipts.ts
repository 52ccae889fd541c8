/** The platform's receipts as they come over the wire: what is not of the known shape, or says what this version does not know, is left out. */
import type { RouteReason } from '../core/route.ts';
import type { JobReceipt } from './api.ts';

/** As many as a platform keeps. */
const maxReceipts = 50;

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
const outcomes: Record<JobReceipt['outcome'], true> = { served: true, refused: true, failed: true };
const credentials: Record<JobReceipt['credential'], true> = { user: true, server: true };

/** @param ahead milliseconds that this device's clock is ahead of the platform's. */
export function readReceipts(value: unknown, ahead: number): JobReceipt[] {
  if (!Array.isArray(value)) return [];
  return value.slice(0, maxReceipts).flatMap((each: unknown) => {
    if (typeof each !== 'object' || each === null) return [];
    const { provider, at, outcome, credential, reason, attempts } = each as Partial<
      Record<keyof JobReceipt, unknown>
    >;
    return typeof provider === 'string' &&
      isCount(at) &&
      isCount(attempts) &&
      isOf(outcomes, outcome) &&
      isOf(credentials, credential) &&
      isOf(reasons, reason)
      ? [{ provider, at: at + ahead, outcome, credential, reason, attempts }]
      : [];
  });
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function isOf<K extends string>(list: Record<K, true>, value: unknown): value is K {
  return typeof value === 'string' && Object.hasOwn(list, value);
}
