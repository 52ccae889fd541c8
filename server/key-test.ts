/** The platform behind the procedures: limits around the one call that uses a key. */
import { VaultError } from '../web/core/errors.ts';
import type { Verdict } from '../web/core/types.ts';
import type { Core } from './core.ts';
import { defaultLimits, Limits, type LimitSettings } from './limits.ts';
import { testSealedKey, type ProviderCallOptions } from './provider-call.ts';
import type { Platform } from './router.ts';

export interface PlatformOptions {
  readonly core: Core;
  readonly limits?: LimitSettings | undefined;
  readonly reroute?: ProviderCallOptions['reroute'];
  /** Milliseconds since 1970. */
  readonly now?: (() => number) | undefined;
}

export function makePlatform(options: PlatformOptions): Platform {
  const { core, reroute, now = Date.now } = options;
  const limits = new Limits(options.limits ?? defaultLimits);
  // Windows are measured on a clock that no one sets.
  const elapsed = (): number => performance.now();

  return {
    platformKey() {
      const { key, id } = core.publicKey();
      return { key: Buffer.from(key).toString('base64url'), id };
    },

    now,

    async testKey({ user, address, provider, sealed }) {
      const notTurnedDown = limits.admitTest(user, address, elapsed());
      if (notTurnedDown === null) throw new VaultError('rate_limited');
      let verdict: Verdict | null = null;
      try {
        verdict = await testSealedKey(
          core,
          { sealed, user, provider, now: now() },
          { reroute, admit: (keyTag) => limits.admitKey(user, keyTag, elapsed()) },
        );
        return verdict;
      } finally {
        if (verdict !== 'invalid' && verdict !== 'wrong_provider') notTurnedDown();
      }
    },
  };
}
