/**
 * The platform as the vault's own origin reaches it: whom keys are sealed for, with which key, at what time. Never the
 * embedding page's word.
 */
import { createTRPCClient, httpLink, TRPCClientError } from '@trpc/client';
import type { AppRouter } from '../../server/router.ts';
import { statusCodes, VaultError, type VaultErrorCode } from '../core/errors.ts';
import type { SealTarget } from '../core/session.ts';
import { verdicts, type Verdict } from '../core/types.ts';
import type { PlatformUser } from './api.ts';
import { fromBase64url, toBase64url } from './base64url.ts';

/** The provider's five seconds, and the way there and back. */
const timeoutMs = 12_000;
/** Who is signed in and what time it is are asked again after this long. */
const freshMs = 60_000;

interface Introduction {
  readonly key: Uint8Array;
  readonly user: PlatformUser;
  /** The platform's time when `mono` and `wall` were read here. */
  readonly serverNow: number;
  readonly mono: number;
  readonly wall: number;
}

export class Platform {
  readonly #client;
  #introduction: Promise<Introduction> | null = null;
  #last: Introduction | null = null;

  /** @param api the folder of the procedures, `/byok/` on the vault's own origin. */
  constructor(api: URL) {
    this.#client = createTRPCClient<AppRouter>({
      links: [
        httpLink({
          url: api.href.replace(/\/$/, ''),
          headers: ({ op }) => {
            const sealed = op.context['sealed'];
            return typeof sealed === 'string' ? { 'X-BYOK-Key': sealed } : {};
          },
          fetch: (input, init) =>
            fetch(input, { ...init, credentials: 'same-origin', redirect: 'error' } as RequestInit),
        }),
      ],
    });
  }

  /** Forgets who the platform said it was. */
  forget(): void {
    this.#introduction = null;
    this.#last = null;
  }

  /** The user who is signed in, asked anew. @throws VaultError platform_unreachable, platform_refused, rate_limited. */
  async user(): Promise<PlatformUser> {
    this.forget();
    return (await this.#introduced()).user;
  }

  /** For sealing now, and the user that it is for. */
  async target(): Promise<{ user: PlatformUser; target: SealTarget }> {
    const { key, user, serverNow, mono, wall } = await this.#introduced();
    // The clock that went further: a monotonic one may stand still in sleep.
    const elapsed = Math.max(performance.now() - mono, Date.now() - wall, 0);
    return { user, target: { platform: key.slice(), user: user.id, now: serverNow + elapsed } };
  }

  /** @throws VaultError as {@link user}; clock, expired, sealed_key_refused. */
  async test(provider: string, sealed: Uint8Array): Promise<Verdict> {
    const { verdict } = await this.#ask((signal) =>
      this.#client.testByokKey.mutate({ provider }, { signal, context: { sealed: toBase64url(sealed) } }),
    );
    if (!verdicts.includes(verdict)) throw new VaultError('platform_refused');
    return verdict;
  }

  async #introduced(): Promise<Introduction> {
    if (this.#last !== null && isStale(this.#last)) this.forget();
    this.#introduction ??= this.#introduce();
    try {
      this.#last = await this.#introduction;
      return this.#last;
    } catch (error) {
      this.#introduction = null;
      throw error;
    }
  }

  async #introduce(): Promise<Introduction> {
    const [platform, { id, name, now }] = await this.#ask((signal) =>
      Promise.all([
        this.#client.platformKey.query(undefined, { signal }),
        this.#client.whoami.query(undefined, { signal }),
      ]),
    );
    const key = fromBase64url(platform.key);
    if (
      key?.length !== 32 ||
      typeof id !== 'string' ||
      typeof name !== 'string' ||
      !Number.isSafeInteger(now)
    ) {
      throw new VaultError('platform_refused');
    }
    return { key, user: { id, name }, serverNow: now, mono: performance.now(), wall: Date.now() };
  }

  async #ask<T>(ask: (signal: AbortSignal) => Promise<T>): Promise<T> {
    try {
      return await ask(AbortSignal.timeout(timeoutMs));
    } catch (error) {
      throw new VaultError(codeOf(error));
    }
  }
}

/** Asked long ago, or the two clocks disagree about how long. */
function isStale({ mono, wall }: Introduction): boolean {
  const [byMono, byWall] = [performance.now() - mono, Date.now() - wall];
  return Math.max(byMono, byWall) > freshMs || Math.abs(byMono - byWall) > freshMs;
}

/** What of the server's refusals is passed on as it is. */
const told: readonly VaultErrorCode[] = [
  'rate_limited',
  'clock',
  'expired',
  'sealed_key_refused',
  'unknown_provider',
];

function codeOf(error: unknown): VaultErrorCode {
  if (!(error instanceof TRPCClientError)) return 'platform_unreachable';
  const code = error.message as VaultErrorCode;
  if (told.includes(code)) return code;
  // Only our server answers with a code of the table; a proxy's error page is no answer of the platform.
  return Object.hasOwn(statusCodes, code) ? 'platform_refused' : 'platform_unreachable';
}
