/** Puts the platform's services together for a process: the cache, the limits, what is told, and the procedures over them. */
import type { PlatformCore } from '../web/core/platform.ts';
import { ByokCache } from './cache/cache.ts';
import { makeMemoryStore } from './cache/memory-store.ts';
import { makeRedisStore } from './cache/redis-store.ts';
import { makeLimiter } from './limiter.ts';
import { defaultLimits, type LimitSettings } from './limits.ts';
import type { Log } from './log.ts';
import { makePlatform } from './platform.ts';
import type { ProviderCallOptions } from './provider-call.ts';
import { receiptsInMemory } from './receipts/receipts-map.ts';
import type { Receipts } from './receipts/receipts.ts';
import type { Redis } from './redis/connection.ts';
import type { Platform } from './router.ts';
import { makeMetrics, type Metrics } from './telemetry/metrics.ts';
import { makeTelemetry } from './telemetry/platform-telemetry.ts';
import type { Telemetry } from './telemetry/telemetry.ts';

export interface ServicesOptions {
  /** With its secrets in use. */
  readonly core: PlatformCore;
  readonly log: Log;
  /** The key cache's. Without one, keys and counts stay in this process, which then must be the only one. */
  readonly redis?: Redis | null | undefined;
  /** Where jobs leave their receipts. Without, those of this process. */
  readonly receipts?: Receipts | undefined;
  readonly limits?: LimitSettings | undefined;
  readonly reroute?: ProviderCallOptions['reroute'];
  /** Milliseconds since 1970. */
  readonly now?: (() => number) | undefined;
}

/** One of each for a process: `platform` for the API, `cache` for the worker, `metrics.registry` for Prometheus. */
export interface Services {
  readonly platform: Platform;
  readonly cache: ByokCache;
  readonly metrics: Metrics;
  readonly receipts: Receipts;
  readonly telemetry: Telemetry;
}

/** @returns services that share one cache, one set of limits and one way to tell what happened. */
export function makeServices(options: ServicesOptions): Services {
  const { core, log, redis = null, receipts = receiptsInMemory(options.now), reroute, now } = options;
  const metrics = makeMetrics(core.providers().map(({ id }) => id));
  const telemetry = makeTelemetry(log, metrics);
  const store = redis === null ? makeMemoryStore() : makeRedisStore(redis);
  const cache = new ByokCache({ core, store, telemetry, now });
  const limiter = makeLimiter({ core, settings: options.limits ?? defaultLimits, redis });
  const platform = makePlatform({ core, cache, limiter, receipts, telemetry, reroute, now });
  return { platform, cache, metrics, receipts, telemetry };
}
