/**
 * The counters of the platform's side. Labels are words of closed lists (provider, reason, status) and nothing else, every set of them
 * stands at 0 from the start: a counter that first shows up at 30 has not increased, as far as Prometheus can tell.
 */
import { Counter, Registry } from 'prom-client';
import type { RouteReason } from '../../web/core/route.ts';
import { lockReasons, verdicts } from '../../web/core/types.ts';
import { missReasons } from './telemetry.ts';

/** Reasons that a test failed for: every verdict that a test can end in but `valid`. */
export const testFailures = verdicts.filter((verdict) => verdict !== 'valid' && verdict !== 'untested');

/** Why a job was served by the platform's key: every `RouteReason` but `as_asked`. */
export const fallbackReasons = [
  'cache_miss',
  'cache_unavailable',
  ...testFailures.filter((verdict) => verdict !== 'unknown'),
] satisfies RouteReason[];

type Labels = Readonly<Record<string, readonly string[]>>;

/** One counter, which takes no label that was not listed when it was made. */
export class ClosedCounter {
  readonly #counter: Counter;
  readonly #labels: Labels;

  constructor(registry: Registry, name: string, help: string, labels: Labels = {}) {
    this.#labels = labels;
    this.#counter = new Counter({ name, help, labelNames: Object.keys(labels), registers: [registry] });
    for (const set of setsOf(Object.entries(labels))) this.#counter.inc(set, 0);
  }

  /** A value that is not listed is not counted. */
  count(values: Readonly<Record<string, string>> = {}): void {
    const set: Record<string, string> = {};
    for (const [label, listed] of Object.entries(this.#labels)) {
      const value = values[label] ?? '';
      if (!listed.includes(value)) return;
      set[label] = value;
    }
    this.#counter.inc(set);
  }
}

/** Every combination. */
function setsOf(labels: [string, readonly string[]][]): Record<string, string>[] {
  return labels.reduce<Record<string, string>[]>(
    (sets, [label, values]) => sets.flatMap((set) => values.map((value) => ({ ...set, [label]: value }))),
    [{}],
  );
}

export type Metrics = ReturnType<typeof makeMetrics>;

/** @param providers the catalogue's ids. */
// eslint-disable-next-line @typescript-eslint/explicit-module-boundary-types -- the type is what it makes
export function makeMetrics(providers: readonly string[], registry = new Registry()) {
  const of = (name: string, help: string, labels?: Labels): ClosedCounter =>
    new ClosedCounter(registry, name, help, labels);
  const provider = { provider: providers };
  return {
    registry,
    stored: of('byok_key_stored_total', 'Keys that vaults reported as stored', provider),
    tested: of('byok_key_tested_total', 'Tests of a key that ended in a verdict', provider),
    testFailed: of('byok_key_test_failed_total', 'Tests that ended in another verdict than valid', {
      ...provider,
      reason: testFailures,
    }),
    locked: of('byok_vault_locked_total', 'Locks that vaults reported', { reason: lockReasons }),
    unlockFailed: of('byok_vault_unlock_failed_total', 'Failed unlocks that vaults reported'),
    unlockLimit: of(
      'byok_unlock_limit_exceeded_total',
      'Hours in which a user failed to unlock more than 10 times',
    ),
    cacheSet: of('byok_redis_cache_set_total', 'Entries written to the cache', provider),
    cacheHit: of('byok_redis_cache_hit_total', 'Reads that gave a key', provider),
    cacheMiss: of('byok_redis_cache_miss_total', 'Reads that gave none', {
      ...provider,
      reason: missReasons,
    }),
    fallback: of(
      'byok_fallback_to_server_key_total',
      "Jobs that asked for the user's key and were served with the platform's",
      {
        ...provider,
        reason: fallbackReasons,
      },
    ),
    serverCall: of(
      'byok_server_key_call_total',
      "Calls with the platform's key, whatever the job asked for",
      provider,
    ),
    requests: of('byok_requests_total', "Jobs that asked for the user's key", provider),
    providerError: of(
      'byok_provider_api_error_total',
      'Calls of a provider, in jobs and in tests, that ended in another verdict than valid',
      {
        ...provider,
        status: testFailures,
      },
    ),
  };
}
