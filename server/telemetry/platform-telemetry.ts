/** What happened, as a line of the log and a count: the `Telemetry` of a running platform. */
import type { Log } from '../log.ts';
import type { Metrics } from './metrics.ts';
import type { Telemetry } from './telemetry.ts';

/** @param log e.g. of `makeLog`. @param metrics e.g. of `makeMetrics`. */
export function makeTelemetry(log: Log, metrics: Metrics): Telemetry {
  return {
    cached(user, provider, ttl) {
      log({ event: 'byok_key_cached', user, provider, ttl });
      metrics.cacheSet.count({ provider });
    },
    retrieved(user, provider, ttl) {
      log({ event: 'byok_key_retrieved', user, provider, ttl });
      metrics.cacheHit.count({ provider });
    },
    missed(user, provider, reason) {
      // Redis forgets what has ended: to who reads, a key that ended there is one that was never there.
      if (reason === 'expired' || reason === 'absent')
        log({ event: 'byok_key_expired', user, provider, reason });
      metrics.cacheMiss.count({ provider, reason });
    },
    fellBack(user, provider, reason) {
      log({ event: 'byok_fallback_server_key', user, provider, reason });
      metrics.fallback.count({ provider, reason });
    },
    calledWithServerKey(provider) {
      metrics.serverCall.count({ provider });
    },
    requested(provider, credential) {
      if (credential === 'user') metrics.requests.count({ provider });
    },
    providerError(provider, status) {
      metrics.providerError.count({ provider, status });
    },
    tested(user, provider, verdict) {
      const event = verdict === 'valid' ? 'byok_key_test_success' : 'byok_key_test_failed';
      log({ event, user, provider, status: verdict });
      metrics.tested.count({ provider });
      if (verdict !== 'valid') metrics.testFailed.count({ provider, reason: verdict });
    },
    client(_user, event) {
      if (event.event === 'vault_locked') metrics.locked.count({ reason: event.reason });
      else if (event.event === 'key_stored') metrics.stored.count({ provider: event.provider });
      else metrics.unlockFailed.count();
    },
    unlockLimitExceeded() {
      metrics.unlockLimit.count();
    },
  };
}
