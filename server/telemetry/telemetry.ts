/**
 * What happened on the platform's side, told in closed words: the one way to its log events and its metrics. No method takes
 * a text that someone else wrote; `user` is the host's id of its user and goes into the log alone, never into a label.
 */
import type { Credential, RouteReason } from '../../web/core/route.ts';
import type { LockReason, Verdict } from '../../web/core/types.ts';

/** Why the cache had no key that opens. */
export const missReasons = ['absent', 'expired', 'refused', 'cleared', 'unavailable'] as const;
export type MissReason = (typeof missReasons)[number];

/** What a vault tells of itself, through `recordByokEvents`. */
export type ClientEvent =
  | { readonly event: 'vault_locked'; readonly reason: LockReason }
  | { readonly event: 'unlock_failed' }
  /** A key was stored, or put in the place of another. `provider` is what a client says: one that is not of the catalogue is not counted. */
  | { readonly event: 'key_stored'; readonly provider: string };

export interface Telemetry {
  /** A key was put into the cache. @param ttl seconds until it ends. */
  cached(user: string, provider: string, ttl: number): void;
  /** A key was read from the cache and opened. @param ttl seconds until it ends. */
  retrieved(user: string, provider: string, ttl: number): void;
  /** The cache was asked and gave no key. */
  missed(user: string, provider: string, reason: MissReason): void;
  /** A job that asked for the user's key is served with the platform's. */
  fellBack(user: string, provider: string, reason: RouteReason): void;
  /** The provider is called with the platform's key, whatever the job asked for. */
  calledWithServerKey(provider: string): void;
  /** Once a job, with the credential it asked for: those that asked for the user's key are counted. */
  requested(provider: string, credential: Credential): void;
  /** A call of a provider, in a job or in a test, ended in a verdict other than `valid`. */
  providerError(provider: string, status: Verdict): void;
  /** `testByokKey` found out this. */
  tested(user: string, provider: string, verdict: Verdict): void;
  /** A vault reported this of itself. */
  client(user: string, event: ClientEvent): void;
  /** The failed unlocks of one user within an hour passed 10. Told once for each such hour. */
  unlockLimitExceeded(user: string): void;
}

/** Tells nobody. For tests of what is told about, and for a host that counts by itself. */
export const noTelemetry: Telemetry = {
  cached: () => undefined,
  retrieved: () => undefined,
  missed: () => undefined,
  fellBack: () => undefined,
  calledWithServerKey: () => undefined,
  requested: () => undefined,
  providerError: () => undefined,
  tested: () => undefined,
  client: () => undefined,
  unlockLimitExceeded: () => undefined,
};
