/** The platform behind the procedures: limits around everything that takes a key, and what happened told in closed words. */
import { VaultError } from '../web/core/errors.ts';
import type { Verdict } from '../web/core/types.ts';
import type { ByokCache } from './cache/cache.ts';
import type { Core } from './core.ts';
import type { Limiter } from './limiter.ts';
import { testSealedKey, type ProviderCallOptions } from './provider-call.ts';
import type { Receipts } from './receipts/receipts.ts';
import type { Platform } from './router.ts';
import type { Telemetry } from './telemetry/telemetry.ts';

export interface PlatformOptions {
  readonly core: Core;
  readonly cache: ByokCache;
  readonly limiter: Limiter;
  readonly receipts: Receipts;
  readonly telemetry: Telemetry;
  readonly reroute?: ProviderCallOptions['reroute'];
  /** Milliseconds since 1970. */
  readonly now?: (() => number) | undefined;
}

export function makePlatform(options: PlatformOptions): Platform {
  const { core, cache, limiter, receipts, telemetry, reroute, now = Date.now } = options;

  return {
    platformKey() {
      const { key, id } = core.publicKey();
      return { key: Buffer.from(key).toString('base64url'), id };
    },

    now,

    async testKey({ user, address, provider, sealed }) {
      const settle = await limiter.admitCall(user, address);
      if (settle === null) throw new VaultError('rate_limited');
      let verdict: Verdict | null = null;
      try {
        verdict = await testSealedKey(
          core,
          { sealed, user, provider, now: now() },
          { reroute, admit: (keyTag) => limiter.admitKeys(user, [keyTag], null) },
        );
        telemetry.tested(user, provider, verdict);
        if (verdict !== 'valid') telemetry.providerError(provider, verdict);
        return verdict;
      } finally {
        settle(verdict === 'invalid' || verdict === 'wrong_provider');
      }
    },

    async cacheKeys({ user, address, sealed }) {
      const settle = await limiter.admitCall(user, address);
      if (settle === null) throw new VaultError('rate_limited');
      // What the provider thinks of these keys, a job will show to its user and not to the API: each counts for the address by itself.
      settle(false);
      return await cache.put(user, sealed, (keyTags) => limiter.admitKeys(user, keyTags, address));
    },

    clearKeys: (user) => cache.clear(user),

    async record({ user, address, events }) {
      if (!limiter.admitReport(user, address)) throw new VaultError('rate_limited');
      for (const event of events) telemetry.client(user, event);
      const failed = events.filter(({ event }) => event === 'unlock_failed').length;
      if (failed > 0 && (await limiter.failedUnlocks(user, failed))) telemetry.unlockLimitExceeded(user);
    },

    receipts: (user) => receipts.list(user),
  };
}
