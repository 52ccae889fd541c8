/**
 * The vault in IndexedDB: ciphertext, and what may be public (design: nothing readable at rest). Every change is one
 * transaction of strict durability, and has succeeded only once that is complete (E22).
 */
import { VaultError, type VaultErrorCode } from '../core/vault-error.ts';
import type { ManifestFacts } from '../core/core.ts';
import type { Attempts } from '../core/core.ts';
import type { Change, Snapshot } from '../core/session.ts';
import type { AutoLockSettings } from './api.ts';
import { allStores, strict, vaultStores, type Connection, type Database } from './database.ts';
import { clearSpare, keepSpare, restoreSpare } from './spare.ts';

const lockName = 'byok-vault';
const spareLockName = 'byok-vault-spare';
const none = new Uint8Array(0);

export class Store {
  readonly #connection: Connection;
  readonly #read: (manifest: Uint8Array) => ManifestFacts;

  /** @param read says whose a manifest is, and of which revision; throws where it is none. */
  constructor(connection: Connection, read: (manifest: Uint8Array) => ManifestFacts) {
    this.#connection = connection;
    this.#read = read;
  }

  /** Runs `work` while no other tab writes. */
  exclusively<T>(work: () => Promise<T>): Promise<T> {
    return navigator.locks.request(lockName, work);
  }

  /** @returns null where there is no vault. @throws VaultError storage_unavailable (E9), newer_format (E26), storage_failed. */
  async read(): Promise<Snapshot | null> {
    const database = await this.#open();
    return guard(async () => {
      const found = await readVault(database);
      if (found !== null) return found;
      await withSpare(() => restoreSpare(database));
      return readVault(database);
    });
  }

  /** What a locked vault shows and is opened with: far less work than reading it all. @returns as {@link read}, without the records. */
  async readLocked(): Promise<{ header: Uint8Array; attempts: Attempts } | null> {
    const database = await this.#open();
    const found = await guard(async () => {
      const transaction = database.transaction(['vault', 'local'], 'readonly');
      const [header, attempts] = await Promise.all([
        transaction.objectStore('vault').get('header'),
        transaction.objectStore('local').get('attempts'),
      ]);
      return { header: asBytes(header), attempts: asAttempts(attempts) };
    });
    if (found.header.length > 0) return found;
    const header = (await this.read())?.header;
    return header === undefined ? null : { ...found, header };
  }

  /** Whether nothing was written since `snapshot` was read, and the settings: every change writes a manifest of its own. */
  async readSince({ manifest }: Snapshot): Promise<{ unchanged: boolean; settings: AutoLockSettings }> {
    const database = await this.#open();
    return guard(async () => {
      const transaction = database.transaction(['vault', 'local'], 'readonly');
      const [now, settings] = await Promise.all([
        transaction.objectStore('vault').get('manifest'),
        transaction.objectStore('local').get('autoLock'),
      ]);
      return { unchanged: indexedDB.cmp(asBytes(now), manifest) === 0, settings: asSettings(settings) };
    });
  }

  /** The revision of what is stored, 0 where there is none: far less work than reading it all. */
  async revision(): Promise<number> {
    const database = await this.#open();
    return guard(async () => this.#factsOf(await database.get('vault', 'manifest')).revision);
  }

  /** Within {@link exclusively}. @throws VaultError vault_changed where another tab wrote since; vault_exists where a vault was to be made (E23);
   *  storage_full, storage_failed, storage_unavailable. Then nothing is written. */
  async apply(change: Change): Promise<void> {
    const database = await this.#open();
    await guard(async () => {
      await this.#write(database, change, 'strict');
      await keepSpare(database);
    });
  }

  /**
   * The same for a counted use, without waiting for the disk itself: a browser that is killed keeps it, a machine without power
   * may lose the last ones. The second copy gets it with the next change or unlock: nothing in it opens what is closed here.
   */
  async applyUse(change: Change): Promise<void> {
    const database = await this.#open();
    await guard(() => this.#write(database, change, 'relaxed'));
  }

  async #write(database: Database, change: Change, durability: 'strict' | 'relaxed'): Promise<void> {
    const transaction = database.transaction(vaultStores, 'readwrite', { durability });
    const vault = transaction.objectStore('vault');
    const records = transaction.objectStore('records');
    try {
      const [header, manifest] = await Promise.all([vault.get('header'), vault.get('manifest')]);
      const creating = change.expectedRevision === 0 && change.header !== null;
      if (creating && (header !== undefined || manifest !== undefined)) throw new VaultError('vault_exists');
      if (!creating && header === undefined) throw new VaultError('vault_changed');
      const { vaultId, revision } = this.#factsOf(manifest);
      if (revision !== change.expectedRevision) throw new VaultError('vault_changed');
      // Another tab started over and made another vault, which has come just as far.
      if (vaultId !== '' && vaultId !== this.#factsOf(change.manifest).vaultId)
        throw new VaultError('vault_changed');
      await Promise.all([
        change.header === null ? null : vault.put(change.header, 'header'),
        vault.put(change.manifest, 'manifest'),
        ...change.remove.map((id) => records.delete(id)),
        ...change.put.map(({ id, bytes }) => records.put(bytes, id)),
      ]);
    } catch (error) {
      await abort(transaction);
      throw error;
    }
    await transaction.done;
  }

  /** Within {@link exclusively}: a vault that was made before there were second copies, or whose copy was lost, gets one. */
  async keepSpare(): Promise<void> {
    await keepSpare(await this.#open());
  }

  /** Within {@link exclusively}. Deletes the vault and the count of attempts; settings stay. */
  async clear(): Promise<void> {
    const database = await this.#open();
    await guard(() =>
      withSpare(async () => {
        await clearSpare();
        const transaction = database.transaction(allStores, 'readwrite', strict);
        await Promise.all([
          transaction.objectStore('vault').clear(),
          transaction.objectStore('records').clear(),
          transaction.objectStore('local').delete('attempts'),
          transaction.done,
        ]);
      }),
    );
  }

  /** Replaces the count in one transaction, so that two tabs count two attempts. `next` may throw: then nothing is written. */
  async countAttempt(next: (attempts: Attempts) => Attempts): Promise<void> {
    const database = await this.#open();
    await guard(async () => {
      const transaction = database.transaction('local', 'readwrite', strict);
      try {
        await transaction.store.put(next(asAttempts(await transaction.store.get('attempts'))), 'attempts');
      } catch (error) {
        await abort(transaction);
        throw error;
      }
      await transaction.done;
    });
  }

  async settings(): Promise<AutoLockSettings> {
    const database = await this.#open();
    return guard(async () => asSettings(await database.get('local', 'autoLock')));
  }

  async putSettings(settings: AutoLockSettings): Promise<void> {
    const database = await this.#open();
    await guard(async () => {
      const transaction = database.transaction('local', 'readwrite', strict);
      await Promise.all([transaction.store.put(settings, 'autoLock'), transaction.done]);
    });
  }

  /** Revision 0 of no vault where there is nothing to read. */
  #factsOf(manifest: unknown): ManifestFacts {
    try {
      return this.#read(asBytes(manifest));
    } catch {
      return { vaultId: '', revision: 0 };
    }
  }

  #open(): Promise<Database> {
    return this.#connection.open();
  }
}

/** Bringing a vault back and deleting it exclude each other. Taken within the first lock or alone, never the other way round. */
function withSpare<T>(work: () => Promise<T>): Promise<T> {
  return navigator.locks.request(spareLockName, work);
}

async function readVault(database: Database): Promise<Snapshot | null> {
  const transaction = database.transaction(vaultStores, 'readonly');
  const records = transaction.objectStore('records');
  const [header, manifest, ids, values] = await Promise.all([
    transaction.objectStore('vault').get('header'),
    transaction.objectStore('vault').get('manifest'),
    records.getAllKeys(),
    records.getAll(),
  ]);
  // What is left of a vault without its header is no empty place: it is told as damaged (E24), and not written over.
  if (header === undefined && manifest === undefined && ids.length === 0) return null;
  return {
    header: asBytes(header),
    manifest: asBytes(manifest),
    records: ids
      .map((id, i) => ({ id, bytes: asBytes(values[i]) }))
      .filter(({ id }) => typeof id === 'string' && /^[0-9a-f]{32}$/.test(id)),
  };
}

/** Turns what IndexedDB throws into our codes. */
async function guard<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof VaultError) throw error;
    const name = error instanceof DOMException ? error.name : '';
    const codes: Record<string, VaultErrorCode> = {
      QuotaExceededError: 'storage_full',
      InvalidStateError: 'storage_unavailable',
      NotFoundError: 'storage_unavailable',
    };
    throw new VaultError(codes[name] ?? 'storage_failed');
  }
}

async function abort(transaction: { abort(): void; readonly done: Promise<void> }): Promise<void> {
  try {
    transaction.abort();
  } catch {
    // It has aborted by itself.
  }
  await transaction.done.catch(() => undefined);
}

function asBytes(value: unknown): Uint8Array {
  return value instanceof Uint8Array ? value : none;
}

function asAttempts(value: unknown): Attempts {
  const { failed, last } = (value ?? {}) as Partial<Record<keyof Attempts, unknown>>;
  if (!Number.isSafeInteger(failed) || !Number.isSafeInteger(last)) return { failed: 0, last: 0 };
  const count = Math.min(Math.max(failed as number, 0), 0xffff_ffff);
  return { failed: count, last: Math.max(last as number, 0) };
}

const idleChoices = [1, 5, 15, 30, 60] as const;

function asSettings(value: unknown): AutoLockSettings {
  const { idleMinutes, whenHidden } = (value ?? {}) as Partial<Record<keyof AutoLockSettings, unknown>>;
  return {
    idleMinutes: idleChoices.find((minutes) => minutes === idleMinutes) ?? 30,
    whenHidden: whenHidden === true,
  };
}
