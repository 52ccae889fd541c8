/**
 * Where cached keys lie: Redis, or a map in this process. A store holds sealed blobs under names until a time, and knows
 * neither what is in them nor how a name is made. Every method is one round trip and rejects with a VaultError
 * `cache_unavailable` and nothing else, within a bounded time (E15).
 */

export interface Entry {
  readonly name: string;
  readonly value: Uint8Array;
  /** Whole seconds, at least 1: how long it is kept. */
  readonly seconds: number;
}

export interface KeyStore {
  /** Writes all of `entries`, then tells what lies under each name of `read`. */
  write(entries: readonly Entry[], read: readonly string[]): Promise<(Uint8Array | null)[]>;
  /** What lies under each of the names. */
  read(names: readonly string[]): Promise<(Uint8Array | null)[]>;
  /** Which of the names something lies under. */
  present(names: readonly string[]): Promise<boolean[]>;
  /** Writes `entries`, then removes `names`. */
  replace(entries: readonly Entry[], names: readonly string[]): Promise<void>;
  /** Removes what lies under a name if `is` says so of it, and nobody has written there since. Two round trips. */
  removeIf(name: string, is: (value: Uint8Array) => boolean): Promise<void>;
}
