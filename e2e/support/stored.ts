/** Everything that an origin has stored, read raw from inside one of its documents. */
import type { Frame, Page } from '@playwright/test';

export interface StoredRow {
  readonly database: string;
  readonly store: string;
  /** The row's key as JSON (bytes as hex). */
  readonly key: string;
  /** The row's value: every name, number and string in it, and every piece of bytes, joined. */
  readonly base64: string;
}

export interface Stored {
  readonly rows: readonly StoredRow[];
  /** localStorage, sessionStorage, cookies, names and bodies of caches, names of databases and stores. */
  readonly texts: Readonly<Record<string, string>>;
}

interface Buckets {
  keys(): Promise<string[]>;
  open(name: string): Promise<{ indexedDB: IDBFactory }>;
}

export function dumpStored(where: Page | Frame): Promise<Stored> {
  return where.evaluate(async () => {
    const pieces = (value: unknown, into: Uint8Array[]): void => {
      const text = (words: unknown): void => {
        into.push(new TextEncoder().encode(`${String(words)}\n`));
      };
      if (value instanceof ArrayBuffer) into.push(new Uint8Array(value));
      else if (ArrayBuffer.isView(value))
        into.push(new Uint8Array(value.buffer, value.byteOffset, value.byteLength));
      else if (value instanceof Map || value instanceof Set) pieces([...value], into);
      else if (Array.isArray(value)) for (const item of value) pieces(item, into);
      else if (typeof value === 'object' && value !== null) {
        for (const [name, item] of Object.entries(value)) {
          text(name);
          pieces(item, into);
        }
      } else text(value);
    };
    const base64 = async (value: unknown): Promise<string> => {
      const into: Uint8Array[] = [];
      pieces(value, into);
      const bytes = new Uint8Array(await new Blob(into as BlobPart[]).arrayBuffer());
      let binary = '';
      for (const byte of bytes) binary += String.fromCharCode(byte);
      return btoa(binary);
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
    const rows: { database: string; store: string; key: string; base64: string }[] = [];
    const texts: Record<string, string> = {
      localStorage: JSON.stringify(Object.entries(localStorage)),
      sessionStorage: JSON.stringify(Object.entries(sessionStorage)),
      cookies: document.cookie,
    };
    const factories: [string, IDBFactory][] = [['', indexedDB]];
    const { storageBuckets } = navigator as unknown as { storageBuckets?: Buckets };
    for (const bucket of (await storageBuckets?.keys()) ?? []) {
      const opened = await storageBuckets?.open(bucket);
      if (opened) factories.push([`${bucket}/`, opened.indexedDB]);
    }
    const places = await Promise.all(
      factories.map(async ([bucket, factory]) =>
        (await factory.databases()).map(({ name = '' }) => ({ factory, bucket, name })),
      ),
    );
    for (const { factory, bucket, name } of places.flat()) {
      const database = await done(factory.open(name));
      texts[`database ${bucket}${name}`] = [...database.objectStoreNames].join(' ');
      for (const store of database.objectStoreNames) {
        const objects = database.transaction(store).objectStore(store);
        const [keys, values] = await Promise.all([
          done(objects.getAllKeys()),
          done(objects.getAll() as IDBRequest<unknown[]>),
        ]);
        for (const [index, key] of keys.entries()) {
          const hex = (_: string, value: unknown): unknown =>
            value instanceof ArrayBuffer
              ? [...new Uint8Array(value)].map((byte) => byte.toString(16)).join('')
              : value;
          rows.push({
            database: `${bucket}${name}`,
            store,
            key: JSON.stringify(key, hex),
            base64: await base64(values[index]),
          });
        }
      }
      database.close();
    }
    if ('caches' in globalThis) {
      for (const name of await caches.keys()) {
        const cache = await caches.open(name);
        for (const request of await cache.keys()) {
          texts[`cache ${name} ${request.url}`] = (await (await cache.match(request))?.text()) ?? '';
        }
      }
    }
    return { rows, texts };
  });
}

/** The stored header, found by its magic wherever it stands. */
export function headerIn(stored: Stored): Uint8Array {
  for (const row of stored.rows) {
    const bytes = Buffer.from(row.base64, 'base64');
    const at = bytes.indexOf('BYKH');
    if (at === -1) continue;
    // Magic, version, vault id, slot count; then each slot behind its length; then the checksum.
    let end = at + 23;
    for (let slot = 0; slot < (bytes[at + 22] ?? 0); slot++) end += 2 + bytes.readUInt16LE(end);
    return new Uint8Array(bytes.subarray(at, end + 32));
  }
  throw new Error('no header is stored');
}
