/**
 * A second copy of the vault, in a place that does not break together with the first.
 *
 * Chromium keeps the databases of an origin in one LevelDB, and after a crash goes on writing the log it finds. A process killed
 * between the header and the body of a log entry leaves half an entry; the next start still reads past it, appends to it, and the
 * start after that takes the log for damaged and drops every database of the origin, without a word to the page (measured:
 * e2e/crash/torn-log.ts). A storage bucket has a LevelDB of its own. Browsers without buckets keep their databases in SQLite,
 * which does not do this; there is no second copy there.
 */
import { allStores, copy, openDatabaseIn, strict, type Database } from './database.ts';

const bucketName = 'byok-vault-spare';

interface Buckets {
  open(name: string, options: { durability: 'strict' }): Promise<{ readonly indexedDB: IDBFactory }>;
  keys(): Promise<readonly string[]>;
  delete(name: string): Promise<void>;
}

function buckets(): Buckets | undefined {
  return (navigator as { storageBuckets?: Buckets }).storageBuckets;
}

/** Runs `work` on the second copy; not at all where there can be none. */
async function within<T>(work: (spare: Database) => Promise<T>): Promise<T | undefined> {
  const bucket = await buckets()?.open(bucketName, { durability: 'strict' });
  if (bucket === undefined) return undefined;
  const spare = await openDatabaseIn(bucket.indexedDB);
  try {
    return await work(spare);
  } finally {
    spare.close();
  }
}

async function exists(): Promise<boolean> {
  return (await buckets()?.keys())?.includes(bucketName) ?? false;
}

/**
 * Makes the second copy like the vault, unless it is already. After every change, while no other tab writes. Never fails: the
 * change itself is on the disk.
 */
export async function keepSpare(database: Database): Promise<void> {
  try {
    await within(async (spare) => {
      // Every change writes a manifest of its own.
      const manifests = await Promise.all([database, spare].map((each) => each.get('vault', 'manifest')));
      if (manifests[0] instanceof Uint8Array && !areSame(manifests))
        await copy(database, spare, { overwrite: true });
    });
  } catch {
    // An older copy would open with a password from before its change.
    await clearSpare().catch(() => undefined);
  }
}

/** Brings a vault back into a database that has none. */
export async function restoreSpare(database: Database): Promise<void> {
  if (await exists().catch(() => false)) await within((spare) => copy(spare, database, { overwrite: false }));
}

/** Before the vault itself is deleted: what is left of it here would come back. */
export async function clearSpare(): Promise<void> {
  if (!(await exists())) return;
  try {
    await within(async (spare) => {
      const writing = spare.transaction(allStores, 'readwrite', strict);
      await Promise.all([...allStores.map((name) => writing.objectStore(name).clear()), writing.done]);
    });
  } catch {
    // What can't be opened can't be emptied: it goes as a whole.
    await buckets()?.delete(bucketName);
  }
}

function areSame([a, b]: readonly unknown[]): boolean {
  return a instanceof Uint8Array && b instanceof Uint8Array && indexedDB.cmp(a, b) === 0;
}
