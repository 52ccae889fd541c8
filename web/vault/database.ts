/** The shape of what is stored, and opening a database of that shape. */
import { openDB, wrap, type DBSchema, type IDBPDatabase } from 'idb';
import { VaultError } from '../core/vault-error.ts';

const databaseName = 'byok-vault';
const version = 1;

/** Values are what was found, whoever wrote it: nothing is believed before it was looked at. */
export interface Schema extends DBSchema {
  vault: { key: 'header' | 'manifest'; value: unknown };
  records: { key: string; value: unknown };
  local: { key: 'attempts' | 'autoLock'; value: unknown };
}
export type Database = IDBPDatabase<Schema>;

/** Success means that it is on the disk, as far as the browser can tell. */
export const strict = { durability: 'strict' } as const;
/** What makes a vault; `local` holds what may be lost. */
export const vaultStores = ['vault', 'records'] as const;
export const allStores = [...vaultStores, 'local'] as const;

function makeStores(database: { createObjectStore(name: (typeof allStores)[number]): unknown }): void {
  for (const name of allStores) database.createObjectStore(name);
}

/** The vault's own database, opened again where it was closed. */
export class Connection {
  #database: Promise<Database> | null = null;

  /** Ahead of the first {@link open}, which is told what came of it: a second try would wait behind one that is blocked (E9). */
  start(): void {
    this.#connect().catch(() => undefined);
  }

  #connect(): Promise<Database> {
    this.#database ??= openDatabase(() => {
      this.#database = null;
    });
    return this.#database;
  }

  /** @throws VaultError newer_format (E26), storage_unavailable (E9). */
  async open(): Promise<Database> {
    try {
      return await this.#connect();
    } catch (error) {
      this.#database = null;
      // Another tab has a newer version of this site, which has raised the database (E26).
      const newer = error instanceof DOMException && error.name === 'VersionError';
      throw new VaultError(newer ? 'newer_format' : 'storage_unavailable');
    }
  }
}

/** @param onClosed the connection was closed: by a newer version in another tab, or by the browser. */
function openDatabase(onClosed: () => void): Promise<Database> {
  return new Promise((resolve, reject) => {
    openDB<Schema>(databaseName, version, {
      upgrade: makeStores,
      blocked: () => {
        reject(new DOMException('another tab holds an older version', 'InvalidStateError'));
      },
      blocking: (_current, _blocked, event) => {
        (event.target as IDBDatabase).close();
        onClosed();
      },
      terminated: onClosed,
    }).then(resolve, reject);
  });
}

/** A database of the same shape elsewhere than in the origin's usual place. */
export async function openDatabaseIn(factory: IDBFactory): Promise<Database> {
  const request = factory.open(databaseName, version);
  request.onupgradeneeded = () => {
    makeStores(request.result);
  };
  return (await wrap(request)) as unknown as Database;
}

/** Makes `to` hold what `from` holds, in one transaction. Without `overwrite`, only where no vault is in `to`. */
export async function copy(
  from: Database,
  to: Database,
  { overwrite }: { overwrite: boolean },
): Promise<void> {
  const reading = from.transaction(allStores, 'readonly');
  // Its failure is the failure of what is read, which is waited for.
  reading.done.catch(() => undefined);
  const contents = await Promise.all(
    allStores.map(async (name) => {
      const store = reading.objectStore(name);
      const [keys, values] = await Promise.all([store.getAllKeys(), store.getAll()]);
      return { name, rows: keys.map((key, i) => ({ key, value: values[i] })) };
    }),
  );
  const writing = to.transaction(allStores, 'readwrite', strict);
  writing.done.catch(() => undefined);
  const present = await Promise.all(vaultStores.map((name) => writing.objectStore(name).count()));
  const writes: Promise<unknown>[] = [writing.done];
  const holdsVault = contents.some(({ name, rows }) => name === 'vault' && rows.length > 0);
  if (overwrite || (holdsVault && present.every((rows) => rows === 0))) {
    for (const { name, rows } of contents) {
      const store = writing.objectStore(name);
      writes.push(store.clear(), ...rows.map(({ key, value }) => store.put(value, key)));
    }
  }
  await Promise.all(writes);
}
