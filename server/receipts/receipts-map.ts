/** Receipts in this process's memory, for a server that stands alone. */
import { isFresh, maxReceipts, type Receipts, type StoredReceipt } from './receipts.ts';

/** The user whose last job is longest ago goes where there is no room. */
const maxUsers = 10_000;

/** @param now milliseconds since 1970. */
export function receiptsInMemory(now: () => number = Date.now): Receipts {
  const users = new Map<string, readonly StoredReceipt[]>();
  const fresh = (user: string): readonly StoredReceipt[] =>
    (users.get(user) ?? []).filter((receipt) => isFresh(receipt, now()));
  return {
    add(user, receipt) {
      const all = [receipt, ...fresh(user)].slice(0, maxReceipts);
      users.delete(user);
      users.set(user, all);
      if (users.size > maxUsers) {
        const [oldest] = users.keys();
        if (oldest !== undefined) users.delete(oldest);
      }
      return Promise.resolve();
    },
    list: (user) => Promise.resolve(fresh(user)),
  };
}
