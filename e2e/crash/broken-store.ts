/** A store that is wrong on purpose: what should be one transaction becomes two. */
import type { BrowserContext } from '@playwright/test';
import { answerOf } from '../support/fetch.ts';

const wrong = `{
  // Whatever carries a manifest is written a moment later, in a transaction of its own.
  const put = IDBObjectStore.prototype.put;
  const holdsManifest = (value) => JSON.stringify(value, (_, item) =>
    item instanceof ArrayBuffer ? String.fromCharCode(...new Uint8Array(item, 0, 4))
    : ArrayBuffer.isView(item) ? String.fromCharCode(...new Uint8Array(item.buffer, item.byteOffset, 4)) : item)?.includes('BYKM');
  IDBObjectStore.prototype.put = function (value, ...key) {
    if (!holdsManifest(value)) return put.call(this, value, ...key);
    const { db } = this.transaction;
    const { name } = this;
    setTimeout(() => put.call(db.transaction(name, 'readwrite').objectStore(name), value, ...key), 60);
    return this.count();
  };
}
`;

/** Puts it in front of every script that the vault loads. */
export async function breakStore(context: BrowserContext): Promise<void> {
  await context.route(/\.js$/, async (route) => {
    const response = await answerOf(route);
    await route.fulfill({ response, body: wrong + (await response.text()) });
  });
}
