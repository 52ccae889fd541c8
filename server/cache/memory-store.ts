/**
 * Cached keys in a map of this process, for one process that is API and worker at once: the same sealed blobs, bounded. A full
 * map takes no more until something in it ends, and pushes nothing out: the mark of a clearing least of all.
 */
import { VaultError } from '../../web/core/errors.ts';
import type { Entry, KeyStore } from './store.ts';

export interface MemoryStoreOptions {
  readonly maxEntries?: number;
  /** Milliseconds of a clock that never goes back. */
  readonly elapsed?: () => number;
}

/** At most 825 bytes each, so 20 MB or so. */
const defaultMaxEntries = 20_000;

/** @returns for `ByokCache`, of this process alone: it ends with it. */
export function makeMemoryStore(options: MemoryStoreOptions = {}): KeyStore {
  const { maxEntries = defaultMaxEntries, elapsed = () => performance.now() } = options;
  const entries = new Map<string, { value: Uint8Array; ends: number }>();

  const valueOf = (name: string): Uint8Array | null => {
    const entry = entries.get(name);
    if (entry === undefined) return null;
    if (elapsed() < entry.ends) return entry.value;
    entries.delete(name);
    return null;
  };
  const makeRoom = (wanted: number): void => {
    if (entries.size + wanted <= maxEntries) return;
    const now = elapsed();
    for (const [name, { ends }] of entries) if (ends <= now) entries.delete(name);
    if (entries.size + wanted > maxEntries) throw new VaultError('cache_unavailable');
  };
  const write = (written: readonly Entry[]): void => {
    makeRoom(written.filter(({ name }) => !entries.has(name)).length);
    const now = elapsed();
    for (const { name, value, seconds } of written)
      entries.set(name, { value: value.slice(), ends: now + seconds * 1000 });
  };
  const done = async (act: () => void): Promise<void> => {
    await Promise.resolve().then(act);
  };

  return {
    write: async (written, read) => {
      await done(() => {
        write(written);
      });
      return read.map(valueOf);
    },
    read: (names) => Promise.resolve(names.map(valueOf)),
    present: (names) => Promise.resolve(names.map((name) => valueOf(name) !== null)),
    replace: (written, names) =>
      done(() => {
        for (const name of names) entries.delete(name);
        write(written);
      }),
    removeIf: (name, is) =>
      done(() => {
        const value = valueOf(name);
        if (value !== null && is(value)) entries.delete(name);
      }),
  };
}
