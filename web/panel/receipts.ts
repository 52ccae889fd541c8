/** What the platform's receipts say of a key: which of them is shown, in which words, and what it tells of the key. */
import type { RecordMeta, Verdict } from '../core/types.ts';
import type { JobReceipt } from '../vault/api.ts';
import { words } from './words.ts';

/** The last job that the key which is stored now served, or was to serve; null where there is none. */
export function lastUse(
  receipts: readonly JobReceipt[],
  { provider, updated }: RecordMeta,
): JobReceipt | null {
  const last = receipts.find((each) => each.provider === provider && isAboutKey(each));
  // What happened to the key before this one says nothing about this one.
  return last === undefined || last.at < updated ? null : last;
}

/** Not so for a job that was the platform's own from the start. */
function isAboutKey({ credential, reason }: JobReceipt): boolean {
  return credential === 'user' || reason !== 'as_asked';
}

/** @param ago when, in words. */
export function textOf(receipt: JobReceipt, provider: string, ago: string): string {
  const { credential, reason, outcome, attempts } = receipt;
  const { receipts } = words;
  if (credential === 'user' && outcome === 'served') return receipts.used(ago);
  if (reason !== 'as_asked') return receipts.instead[outcome](receipts.why[reason](provider), ago);
  return attempts > 0 ? receipts.jobFailed(ago) : receipts.failedBefore(ago);
}

/** True where the user's key was to serve and did not. */
export function fellShort({ credential, outcome, reason }: JobReceipt): boolean {
  return reason !== 'as_asked' && (credential === 'server' || outcome !== 'served');
}

const aboutTheKey = [
  'restricted',
  'invalid',
  'blocked',
  'no_credit',
  'wrong_region_or_ip',
  'wrong_provider',
] as const;

/** What a call that came later than the last test has shown; a job tells nothing of a key where something else was in its way. */
export function verdictOf({ verdict, verdictAt }: RecordMeta, use: JobReceipt | null): Verdict {
  if (use === null || use.at < verdictAt) return verdict;
  if (use.credential === 'user' && use.outcome === 'served') return 'valid';
  return aboutTheKey.find((each) => each === use.reason) ?? verdict;
}
