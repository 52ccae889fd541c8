/**
 * The cache of users' keys: what `cacheByokKeys` puts in, a worker takes out within five minutes. The core seals, opens and
 * refuses; this module names the entries, keeps the mark of the last clearing, and tells what happened.
 */
import { VaultError, type VaultErrorCode } from '../../web/core/errors.ts';
import type { CachedKey, OpenedCachedKey, PlatformCore } from '../../web/core/platform.ts';
import { noTelemetry, type MissReason, type Telemetry } from '../telemetry/telemetry.ts';
import { remember } from '../memo.ts';
import type { KeyStore } from './store.ts';

/** What reading one provider's key gave. */
export type CacheRead =
  | {
      readonly kind: 'hit';
      /** 32 hex characters: which sealing the key came by. */
      readonly sealId: string;
      /** Milliseconds since 1970. */
      readonly expires: number;
      /** The provider key, which the caller fills with 0. */
      readonly key: Uint8Array;
    }
  | { readonly kind: 'miss' }
  | { readonly kind: 'unavailable' };

export interface CacheOptions {
  readonly core: Pick<PlatformCore, 'cacheSealed' | 'openCached' | 'userTags' | 'providers'>;
  readonly store: KeyStore;
  readonly telemetry?: Telemetry | undefined;
  /** Milliseconds since 1970. */
  readonly now?: (() => number) | undefined;
}

/** Asked with the keyed hashes of the keys before any of them is cached. */
export type AdmitKeys = (keyTags: readonly string[]) => Promise<boolean>;

/** Hex characters of a user's tag in a name: 128 bits, so that no two users meet. */
const tagLength = 32;

/** Seconds that an entry may live: kMaxCacheLifeMs of include/byok/cached_key.h. */
export const maxSeconds = 300;

/** Seconds that the mark of a clearing is kept: the longest life of a sealed key, and the skew that its clock may have. */
export const markSeconds = maxSeconds + 60;

export class ByokCache {
  readonly #core: CacheOptions['core'];
  readonly #tags: (user: string) => readonly string[];
  readonly #store: KeyStore;
  readonly #telemetry: Telemetry;
  readonly #now: () => number;

  constructor({ core, store, telemetry = noTelemetry, now = Date.now }: CacheOptions) {
    this.#core = core;
    this.#tags = remember((user) => core.userTags(user).map((tag) => tag.slice(0, tagLength)));
    this.#store = store;
    this.#telemetry = telemetry;
    this.#now = now;
  }

  /**
   * Caches keys that were sealed for jobs, all of them or none, in one round trip.
   * @param sealed by provider, what the vault's `seal` gave.
   * @returns the providers, and the seconds until the first of these keys ends (1..300).
   * @throws VaultError sealed_key_refused, clock, expired, key_cleared, unknown_provider; rate_limited where `admit`
   * says no; cache_unavailable.
   */
  async put(
    user: string,
    sealed: ReadonlyMap<string, Uint8Array>,
    admit?: AdmitKeys,
  ): Promise<{ cached: string[]; ttl: number }> {
    const tags = this.#tags(user);
    const now = this.#now();
    const keys = [...sealed].map(([provider, bytes]) => ({
      provider,
      key: this.#core.cacheSealed(bytes, { user, provider, now }),
    }));
    if (keys.length === 0) return { cached: [], ttl: 0 };
    if (admit !== undefined && !(await admit(keys.map(({ key }) => key.keyTag))))
      throw new VaultError('rate_limited');
    const entries = keys.map(({ provider, key }) => ({
      name: nameOf(tags[0] ?? '', provider),
      value: key.bytes,
      seconds: secondsOf(key, now),
    }));
    // The mark is read behind what was written, so one that was made in between is not missed.
    const cleared = latest(await this.#store.write(entries, tags.map(markOf)), now);
    if (cleared !== undefined) await this.#takeBack(user, sealed, entries, { now, cleared });
    for (const { provider, key } of keys) this.#telemetry.cached(user, provider, secondsOf(key, now));
    return {
      cached: keys.map(({ provider }) => provider),
      ttl: Math.min(...keys.map(({ key }) => secondsOf(key, now))),
    };
  }

  /** Reads and opens one key. What is not there, does not open or was cleared is a miss (E6, E32, E33). @throws VaultError bad_argument for what is no id of a user. */
  async get(user: string, provider: string): Promise<CacheRead> {
    const tags = this.#tags(user);
    const now = this.#now();
    let values;
    try {
      values = await this.#store.read([...tags.map((tag) => nameOf(tag, provider)), ...tags.map(markOf)]);
    } catch {
      this.#telemetry.missed(user, provider, 'unavailable');
      return { kind: 'unavailable' };
    }
    const cleared = latest(values.slice(tags.length), now);
    const found = this.#openNewest(values.slice(0, tags.length), { user, provider, now, cleared });
    if (typeof found === 'string') {
      this.#telemetry.missed(user, provider, found);
      return { kind: 'miss' };
    }
    const { sealId, expires, key } = found;
    this.#telemetry.retrieved(user, provider, Math.max(0, Math.floor((expires - now) / 1000)));
    return { kind: 'hit', sealId, expires, key };
  }

  /** The providers that there is a key for. Opens nothing. @throws VaultError cache_unavailable. */
  async peek(user: string): Promise<string[]> {
    const tags = this.#tags(user);
    const providers = this.#core.providers().map(({ id }) => id);
    const present = await this.#store.present(
      providers.flatMap((provider) => tags.map((tag) => nameOf(tag, provider))),
    );
    return providers.filter((_id, at) =>
      present.slice(at * tags.length, (at + 1) * tags.length).includes(true),
    );
  }

  /** Removes a key that its provider turned down, unless another has been put in its place (E5). @throws VaultError cache_unavailable. */
  async drop(user: string, provider: string, sealId: string): Promise<void> {
    const isThat = (value: Uint8Array): boolean => {
      const opened = this.#open(value, { user, provider, now: this.#now() });
      if (typeof opened === 'string') return false;
      opened.key.fill(0);
      return opened.sealId === sealId;
    };
    for (const tag of this.#tags(user)) await this.#store.removeIf(nameOf(tag, provider), isThat);
  }

  /**
   * Removes every key of a user, and has those refused that were sealed up to this moment, also ones that are on their way (E33).
   * @returns the moment, milliseconds since 1970. @throws VaultError cache_unavailable.
   */
  async clear(user: string): Promise<number> {
    const tags = this.#tags(user);
    const now = this.#now();
    // The clock of another process of the platform may be ahead: a later clearing never refuses less.
    const at = Math.max(Math.floor(now), latest(await this.#store.read(tags.map(markOf)), now) ?? 0);
    const value = new TextEncoder().encode(String(at));
    const names = this.#core.providers().flatMap(({ id }) => tags.map((tag) => nameOf(tag, id)));
    await this.#store.replace(
      tags.map((tag) => ({ name: markOf(tag), value, seconds: markSeconds })),
      names,
    );
    return at;
  }

  /** After the fact: which of what was written had been cleared already? Then none of it stays. */
  async #takeBack(
    user: string,
    sealed: ReadonlyMap<string, Uint8Array>,
    entries: readonly { name: string }[],
    times: { now: number; cleared: number },
  ): Promise<void> {
    try {
      for (const [provider, bytes] of sealed) this.#core.cacheSealed(bytes, { user, provider, ...times });
    } catch (error) {
      await this.#store.replace(
        [],
        entries.map(({ name }) => name),
      );
      throw error;
    }
  }

  /** Processes that list the secrets in another order may have left a key under each tag: the one sealed last counts. */
  #openNewest(values: readonly (Uint8Array | null)[], demand: Demand): OpenedCachedKey | MissReason {
    let newest: OpenedCachedKey | null = null;
    let reason: MissReason = 'absent';
    for (const value of values) {
      if (value === null) continue;
      const opened = this.#open(value, demand);
      if (typeof opened === 'string') {
        reason = opened;
      } else if (newest === null || opened.issued > newest.issued) {
        newest?.key.fill(0);
        newest = opened;
      } else {
        opened.key.fill(0);
      }
    }
    return newest ?? reason;
  }

  #open(value: Uint8Array, demand: Demand): OpenedCachedKey | MissReason {
    try {
      return this.#core.openCached(value, demand);
    } catch (error) {
      return reasons[error instanceof VaultError ? error.code : 'internal'] ?? 'refused';
    }
  }
}

type Demand = Parameters<CacheOptions['core']['openCached']>[1];

const reasons: Partial<Record<VaultErrorCode, MissReason>> = { expired: 'expired', key_cleared: 'cleared' };

/** The braces are written out: Redis Cluster hashes only what stands between them, so that a user's entries share a slot. */
function nameOf(tag: string, provider: string): string {
  return `byok:{${tag}}:${provider}`;
}

function markOf(tag: string): string {
  return nameOf(tag, 'cleared');
}

function secondsOf({ expires }: CachedKey, now: number): number {
  return Math.min(maxSeconds, Math.max(1, Math.ceil((expires - now) / 1000)));
}

/** The last clearing among the marks of a user. One that can't be read counts as made just now: it refuses rather than admits. */
function latest(marks: readonly (Uint8Array | null)[], now: number): number | undefined {
  const times = marks
    .filter((mark) => mark !== null)
    .map((mark) => new TextDecoder().decode(mark))
    .map((text) => (/^\d{1,15}$/.test(text) ? Number(text) : Math.floor(now)));
  return times.length === 0 ? undefined : Math.max(...times);
}
