/**
 * The platform as the vault's own origin reaches it: whom keys are sealed for, with which key, at what time. Never the
 * embedding page's word.
 */
import { statusCodes, VaultError, type VaultErrorCode } from '../core/errors.ts';
import type { SealTarget } from '../core/session.ts';
import { verdicts, type Verdict } from '../core/types.ts';
import { offerReasons, type JobReceipt, type OfferReason, type SignedInUser } from './api.ts';
import { fromBase64url, toBase64url } from './base64url.ts';
import { Procedures, Refusal } from './procedures.ts';
import { readReceipts } from './receipts.ts';
import { Reports, type Report } from './reports.ts';

/** The provider's five seconds, and the way there and back. */
const timeoutMs = 12_000;
/** Who is signed in and what time it is are asked again after this long. */
const freshMs = 60_000;

interface Introduction {
  readonly key: Uint8Array;
  readonly user: SignedInUser;
  /** The platform's time when `mono` and `wall` were read here. */
  readonly serverNow: number;
  readonly mono: number;
  readonly wall: number;
}

export class Platform {
  readonly #procedures: Procedures;
  readonly #reports = new Reports((reports) => {
    this.#tell(reports);
  });
  #introduction: Promise<Introduction> | null = null;
  #last: Introduction | null = null;
  #clearing: Promise<void> | null = null;
  /** The platform's time up to which it refuses what was sealed. */
  #clearedAt = 0;

  /** @param api the folder of the procedures, `/byok/` on the vault's own origin. */
  constructor(api: URL) {
    this.#procedures = new Procedures(api);
  }

  /** Forgets who the platform said it was. */
  forget(): void {
    this.#introduction = null;
    this.#last = null;
  }

  /** The user who is signed in, asked anew. @throws VaultError platform_unreachable, platform_refused, rate_limited. */
  async user(): Promise<SignedInUser> {
    this.forget();
    return (await this.#introduced()).user;
  }

  /** For sealing now, and the user that it is for. */
  async target(): Promise<{ user: SignedInUser; target: SealTarget }> {
    await this.#clearing;
    const { key, user, serverNow, mono, wall } = await this.#introduced();
    // The clock that went further: a monotonic one may stand still in sleep.
    const elapsed = Math.max(performance.now() - mono, Date.now() - wall, 0);
    // The platform's time was told a moment before it was heard: what is sealed now is not to look older than the last clearing.
    const now = Math.max(serverNow + elapsed, this.#clearedAt + 1);
    return { user, target: { platform: key.slice(), user: user.id, now } };
  }

  /** @throws VaultError as {@link user}; clock, expired, sealed_key_refused. */
  async test(provider: string, sealed: Uint8Array): Promise<Verdict> {
    const { verdict } = await this.#ask((signal) =>
      this.#procedures.mutate('testByokKey', { provider }, signal, { sealed: toBase64url(sealed) }),
    );
    if (!verdicts.includes(verdict)) throw new VaultError('platform_refused');
    return verdict;
  }

  /** What happened to the last jobs of the user who is named beside, newest first. @throws VaultError as {@link user}. */
  async receipts(): Promise<{ user: SignedInUser; receipts: JobReceipt[] }> {
    const { user, serverNow, wall } = await this.#introduced();
    const { receipts } = await this.#ask((signal) => this.#procedures.query('receipts', signal));
    return { user, receipts: readReceipts(receipts, wall - serverNow) };
  }

  /**
   * Has the platform forget the keys that jobs wait with and refuse what was sealed before. Nothing waits for it and nothing comes
   * of its failure: what it does not reach ends by itself within 300 s.
   */
  clearKeys(): void {
    this.#clearing = this.#ask((signal) =>
      this.#procedures.mutate('clearByokKeys', undefined, signal, { keepalive: true }),
    ).then(
      ({ at }) => {
        if (Number.isSafeInteger(at)) this.#clearedAt = Math.max(this.#clearedAt, at);
      },
      () => undefined,
    );
  }

  /** For the operator's counters; best effort, and never waited for. */
  report(report: Report): void {
    this.#reports.add(report);
  }

  /** The document may be about to end. */
  sendReports(): void {
    this.#reports.send();
  }

  #tell(reports: Report[]): void {
    this.#ask((signal) =>
      this.#procedures.mutate('recordByokEvents', reports, signal, { keepalive: true }),
    ).catch(() => undefined);
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
    const [platform, { id, name, now, notOffered }] = await this.#ask((signal) =>
      Promise.all([this.#procedures.query('platformKey', signal), this.#procedures.query('whoami', signal)]),
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
    return {
      key,
      user: { id, name, notOffered: reasonOf(notOffered) },
      serverNow: now,
      mono: performance.now(),
      wall: Date.now(),
    };
  }

  async #ask<T>(ask: (signal: AbortSignal) => Promise<T>): Promise<T> {
    try {
      return await ask(AbortSignal.timeout(timeoutMs));
    } catch (error) {
      throw new VaultError(codeOf(error));
    }
  }
}

/** A platform that says nothing offers it. Whatever else it says, by a name that is not known here, is a reason to use no key. */
function reasonOf(told: unknown): OfferReason | null {
  if (told === null || told === undefined) return null;
  return offerReasons.find((each) => each === told) ?? 'platform';
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
  'not_offered',
];

function codeOf(error: unknown): VaultErrorCode {
  if (!(error instanceof Refusal)) return 'platform_unreachable';
  const code = error.code as VaultErrorCode;
  if (told.includes(code)) return code;
  // Only our server answers with a code of the table; a proxy's error page is no answer of the platform.
  return Object.hasOwn(statusCodes, code) ? 'platform_refused' : 'platform_unreachable';
}
