/** Changes what is stored behind the vault's back, from inside its origin, knowing only docs/format.md's magic words. */
import type { Frame, Page } from '@playwright/test';
import sodium from 'libsodium-wrappers-sumo';

export type Magic = 'BYKH' | 'BYKM' | 'BYKR';

/** What rows are stored under. */
export type StoredKey = string | number;

export interface StoredItem {
  readonly store: string;
  readonly key: StoredKey;
  /** The format's bytes, wherever in the row they stand. */
  readonly hex: string;
}

/** In the page: reads all stored bytes that begin with a magic word, or writes and removes them. */
async function inPage({
  magic,
  write,
}: {
  magic: Magic;
  write: readonly { store: string; key: StoredKey; hex: string | null }[];
}): Promise<StoredItem[]> {
  const toHex = (bytes: Uint8Array): string =>
    Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
  const fromHex = (hex: string): Uint8Array<ArrayBuffer> =>
    Uint8Array.from(hex.match(/../g) ?? [], (pair) => parseInt(pair, 16));
  const viewOf = (value: unknown): Uint8Array | null =>
    value instanceof ArrayBuffer
      ? new Uint8Array(value)
      : ArrayBuffer.isView(value)
        ? new Uint8Array(value.buffer, value.byteOffset, value.byteLength)
        : null;
  const begins = (bytes: Uint8Array): boolean =>
    new TextDecoder('latin1').decode(bytes.subarray(0, 4)) === magic;
  /** The row with its bytes replaced; null where it holds none. */
  const replaced = (value: unknown, hex: string): unknown => {
    const bytes = viewOf(value);
    if (bytes) {
      if (!begins(bytes)) return null;
      return value instanceof ArrayBuffer ? fromHex(hex).buffer : fromHex(hex);
    }
    if (typeof value !== 'object' || value === null) return null;
    for (const [name, item] of Object.entries(value)) {
      const changed = replaced(item, hex);
      if (changed !== null) return { ...value, [name]: changed };
    }
    return null;
  };
  const bytesIn = (value: unknown): Uint8Array | null => {
    const bytes = viewOf(value);
    if (bytes) return begins(bytes) ? bytes : null;
    if (typeof value !== 'object' || value === null) return null;
    for (const item of Object.values(value)) {
      const found = bytesIn(item);
      if (found) return found;
    }
    return null;
  };
  const done = <T>(request: IDBRequest<T>): Promise<T> =>
    new Promise((resolve, reject) => {
      request.onsuccess = () => {
        resolve(request.result);
      };
      request.onerror = () => {
        reject(new Error(request.error?.name));
      };
    });
  const found: StoredItem[] = [];
  for (const { name = '' } of await indexedDB.databases()) {
    const database = await done(indexedDB.open(name));
    for (const store of database.objectStoreNames) {
      const objects = database.transaction(store, 'readwrite').objectStore(store);
      const keys = await done(objects.getAllKeys());
      const values = (await done(objects.getAll())) as unknown[];
      const wrap = (key: StoredKey): StoredKey[] => (objects.keyPath === null ? [key] : []);
      for (const item of write.filter((each) => each.store === store)) {
        if (item.hex === null) {
          await done(objects.delete(item.key));
          continue;
        }
        // A new row takes the shape of one that is there.
        const at = keys.findIndex((key) => indexedDB.cmp(key, item.key) === 0);
        const pattern = at === -1 ? values.findIndex((value) => bytesIn(value) !== null) : at;
        await done(objects.put(replaced(values[pattern], item.hex) ?? fromHex(item.hex), ...wrap(item.key)));
      }
      values.forEach((value, index) => {
        const bytes = bytesIn(value);
        const key = keys[index];
        if (bytes && (typeof key === 'string' || typeof key === 'number'))
          found.push({ store, key, hex: toHex(bytes) });
      });
    }
    database.close();
  }
  return found;
}

export function storedItems(where: Page | Frame, magic: Magic): Promise<StoredItem[]> {
  return where.evaluate(inPage, { magic, write: [] });
}

/** Writes the bytes of each item under its key; null removes the row. */
export async function writeItems(
  where: Page | Frame,
  magic: Magic,
  write: readonly { store: string; key: StoredKey; hex: string | null }[],
): Promise<void> {
  await where.evaluate(inPage, { magic, write });
}

export function flipBit(hex: string, at: number): string {
  const bytes = Buffer.from(hex, 'hex');
  bytes[at] = (bytes[at] ?? 0) ^ 1;
  return bytes.toString('hex');
}

/** Changes the header and makes its checksum right again, as someone would who knows the format. */
export async function rewriteHeader(where: Page | Frame, change: (header: Buffer) => void): Promise<void> {
  await sodium.ready;
  const [item] = await storedItems(where, 'BYKH');
  if (!item) throw new Error('no header is stored');
  const header = Buffer.from(item.hex, 'hex');
  change(header);
  Buffer.from(sodium.crypto_generichash(32, header.subarray(0, -32), null)).copy(header, header.length - 32);
  await writeItems(where, 'BYKH', [{ ...item, hex: header.toString('hex') }]);
}

/** Where the first slot's Argon2id parameters stand: algorithm, memory, passes, salt. */
const kdfAt = 25 + 16 + 1;

/** With other parameters than those that it was made with, a header opens with no password. */
export async function rewriteKdf(where: Page | Frame, memoryKib: number, passes: number): Promise<void> {
  await rewriteHeader(where, (header) => {
    header.writeUInt32LE(memoryKib, kdfAt + 1);
    header.writeUInt32LE(passes, kdfAt + 5);
  });
}
