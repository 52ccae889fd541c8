/** Whose key serves a job (include/byok/routing.h): the shapes of the question and of the answer. */
import type { VaultErrorCode } from './errors.ts';
import type { Verdict } from './types.ts';

export type Credential = 'user' | 'server';

/** All three are the platform's to say, never the client's. */
export interface RoutePolicy {
  readonly credential: Credential;
  /** What serves a job whose user's key does not. */
  readonly fallback: 'server' | 'never';
  /** Whether the platform has a key of its own for this provider. */
  readonly serverKey: boolean;
}

/** What happened: the cache was read (a key that does not open is a miss), or the provider answered. */
export type RouteEvent =
  | { readonly cache: 'hit'; readonly sealId: string }
  | { readonly cache: 'miss' | 'unavailable' }
  | {
      /** `valid`: served. `unknown`: an answer that is not about the credential. */
      readonly verdict: Verdict;
      /** Whether a first byte has reached whoever waits for the answer. */
      readonly streamed: boolean;
      /** Whole seconds; left out where the provider named no time. */
      readonly retryAfter?: number;
    };

/** Why a job was not served with the credential that it asked for at once. A closed list: it labels metrics. */
export type RouteReason =
  'as_asked' | 'cache_miss' | 'cache_unavailable' | Exclude<Verdict, 'untested' | 'valid' | 'unknown'>;

/** What the user is told of a job. */
export interface Receipt {
  /** Whose key the answer came by; of a refused job, whose it was to be. */
  readonly credential: Credential;
  /** The last thing that kept the user's key from serving. */
  readonly reason: RouteReason;
  /** Calls of the provider, 0 to 3. */
  readonly attempts: number;
  /** Of the user's key that was called with last; null where none was. */
  readonly sealId: string | null;
}

export interface RouteStep {
  readonly action: 'read_cache' | 'call_user' | 'call_server' | 'give_answer' | 'refuse';
  /** Seconds, before the action. */
  readonly wait: number;
  /** Why the job ends without an answer; null for every other action. */
  readonly refusal: VaultErrorCode | null;
  /** First remove the key that was read from the cache, if it is still the same (E5). */
  readonly dropCached: boolean;
  readonly receipt: Receipt;
}
