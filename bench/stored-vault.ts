/** A vault of many keys in the browser's own storage, as if it had been made there with the default parameters. */
import type { BrowserContext } from '@playwright/test';
import sodium from 'libsodium-wrappers-sumo';
import type { Snapshot } from '../web/core/session.ts';
import type { Site } from '../e2e/support/site.ts';
import { encodeKdf } from './kdf/encode.ts';
import { makeVault } from './records/vault.ts';

export const keysPassword = 'correct horse battery staple 7';

const memoryKib = 64 * 1024;
const passes = 3;

export async function makeStoredVault(records: number): Promise<Snapshot> {
  await sodium.ready;
  const salt = sodium.randombytes_buf(16);
  const kek = sodium.crypto_pwhash(
    32,
    keysPassword,
    salt,
    passes,
    memoryKib * 1024,
    sodium.crypto_pwhash_ALG_ARGON2ID13,
  );
  return (await makeVault(records, kek, encodeKdf({ memoryKib, passes }, salt))).snapshot;
}

/** Puts it where the vault's own store looks for it (web/vault/database.ts). */
export async function storeVault(context: BrowserContext, site: Site, vault: Snapshot): Promise<void> {
  const page = await context.newPage();
  await page.goto(site.vault);
  await page.getByRole('button', { name: 'Create vault', exact: true }).waitFor();
  const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
  const stored = {
    vault: { header: hex(vault.header), manifest: hex(vault.manifest) },
    records: Object.fromEntries(vault.records.map(({ id, bytes }) => [id, hex(bytes)])),
  };
  await page.evaluate(
    (stores) =>
      new Promise<void>((resolve, reject) => {
        const request = indexedDB.open('byok-vault');
        request.onerror = () => {
          reject(new Error('the store does not open'));
        };
        request.onsuccess = () => {
          const database = request.result;
          const transaction = database.transaction(Object.keys(stores), 'readwrite');
          for (const [name, rows] of Object.entries(stores))
            for (const [key, row] of Object.entries(rows)) {
              const bytes = Uint8Array.from(row.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
              transaction.objectStore(name).put(bytes, key);
            }
          transaction.oncomplete = () => {
            database.close();
            resolve();
          };
          transaction.onabort = () => {
            reject(new Error('the vault is not stored'));
          };
        };
      }),
    stored,
  );
  await page.close();
}
