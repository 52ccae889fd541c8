/** Receipts in the queue's Redis, under a name that says nothing about the user. */
import { VaultError } from '../../web/core/errors.ts';
import type { PlatformCore } from '../../web/core/platform.ts';
import type { Redis } from '../redis/connection.ts';
import { isFresh, maxReceipts, readReceipt, receiptSeconds, type Receipts } from './receipts.ts';

/**
 * @param redis closed by whoever made it.
 * @param now milliseconds since 1970.
 */
export function receiptsInRedis(
  core: Pick<PlatformCore, 'userTags'>,
  redis: Redis,
  now: () => number = Date.now,
): Receipts {
  // Written under the first secret's name, read under every one's: a secret that is being retired loses no receipt.
  const namesOf = (user: string): string[] =>
    core.userTags(user).map((tag) => `byok-receipts:{${tag.slice(0, 32)}}`);
  return {
    async add(user, receipt) {
      const [name] = namesOf(user);
      if (name === undefined) throw new VaultError('internal');
      await redis.run((client) =>
        client
          .multi()
          .lPush(name, JSON.stringify(receipt))
          .lTrim(name, 0, maxReceipts - 1)
          .expire(name, receiptSeconds)
          .exec(),
      );
    },
    async list(user) {
      const lists = await redis.run((client) =>
        Promise.all(namesOf(user).map((name) => client.lRange(name, 0, maxReceipts - 1))),
      );
      return lists
        .flat()
        .map((text) => readReceipt(text.toString()))
        .filter((receipt) => receipt !== null)
        .filter((receipt) => isFresh(receipt, now()))
        .sort((one, other) => other.at - one.at)
        .slice(0, maxReceipts);
    },
  };
}
