/**
 * The shapes that cross the C ABI: public facts and metadata, never a key. What is of a closed list comes from vault.wasm as the
 * number of its place here. Held to the modules by wasm/abi.test.ts.
 */

/** What the test of a provider key found (include/byok/verdict.h). */
export const verdicts = [
  'untested',
  'valid',
  'restricted',
  'invalid',
  'blocked',
  'no_credit',
  'rate_limited',
  'wrong_region_or_ip',
  'wrong_provider',
  'provider_down',
  'unreachable',
  'unknown',
] as const;
export type Verdict = (typeof verdicts)[number];

/** Why a vault locked (include/byok/auto_lock.h), and the reasons that only the page knows. */
export const lockReasons = [
  'idle',
  'absolute_limit',
  'clock_changed',
  'hidden',
  'page_hidden',
  'asked',
  'app',
  'other_tab',
  'password_changed',
  'worker_failed',
] as const;
export type LockReason = (typeof lockReasons)[number];

/** What was found of a record (include/byok/session.h). */
export const recordStates = [
  'ok',
  'unreadable',
  'stale',
  'missing',
  'unexpected',
  'unverified',
  'newer',
] as const;
export type RecordState = (typeof recordStates)[number];

/** What a verdict does to a key that is about to be stored (include/byok/verdict.h). */
export const storeDecisions = ['store', 'store_warned', 'refuse', 'offer_switch', 'ask'] as const;
export type StoreDecision = (typeof storeDecisions)[number];

/** One stored key as the panel shows it. `meta` is null unless the state is ok or unverified. */
export interface RecordView {
  /** 32 hex characters. */
  readonly id: string;
  readonly state: RecordState;
  readonly meta: RecordMeta | null;
}

export interface RecordMeta {
  readonly provider: string;
  readonly label: string;
  /** "AIza…k7Gw" */
  readonly preview: string;
  /** Milliseconds since 1970. */
  readonly added: number;
  readonly updated: number;
  readonly verdict: Verdict;
  /** 0 where untested. */
  readonly verdictAt: number;
}

/** An app that may have keys sealed (include/byok/manifest.h). Times in milliseconds since 1970. */
export interface AppPermission {
  /** "https://app.example.com" */
  readonly origin: string;
  readonly granted: number;
  /** 0 where it has not used a key yet. */
  readonly lastUsed: number;
  readonly uses: number;
}

export interface Provider {
  readonly id: string;
  readonly name: string;
  readonly keysPage: string;
  readonly keyHint: string;
  readonly featured: boolean;
}

export interface Strength {
  /** 0 (very weak) to 4 (strong). */
  readonly score: 0 | 1 | 2 | 3 | 4;
  readonly codePoints: number;
  readonly guessesLog2: number;
  /** Why this password can't be used; null where it can. */
  readonly refusal:
    'password_too_short' | 'password_too_long' | 'password_common' | 'password_not_utf8' | null;
}
