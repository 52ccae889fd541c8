/** Cached keys in Redis, for several processes: SET with EX, GET, EXISTS, UNLINK, and WATCH with MULTI. No script ever runs there. */
import { WatchError } from '@redis/client';
import type { Redis, RedisClient } from '../redis/connection.ts';
import type { Entry, KeyStore } from './store.ts';

/** Several processes share it. @param redis closed by whoever made it. @returns for `ByokCache`. */
export function makeRedisStore(redis: Redis): KeyStore {
  /** A connection watches for one removal at a time: the EXEC of one would end the watch of another. */
  let removals: Promise<unknown> = Promise.resolve();

  return {
    write: (entries, read) =>
      redis.run(async (client) => {
        // Redis answers in the order of the questions: what is read was read behind what was written.
        const [, values] = await Promise.all([setAll(client, entries), getAll(client, read)]);
        return values;
      }),

    read: (names) => redis.run((client) => getAll(client, names)),

    present: (names) =>
      redis.run(async (client) => {
        const counts = await Promise.all(names.map((name) => client.exists(name)));
        return counts.map((count) => count > 0);
      }),

    replace: (entries, names) =>
      redis.run(async (client) => {
        await Promise.all([setAll(client, entries), ...names.map((name) => client.unlink(name))]);
      }),

    removeIf: (name, is) =>
      redis.run((client) => {
        const removal = removals.then(() => removeIf(client, name, is));
        removals = removal.catch(() => undefined);
        return removal;
      }),
  };
}

async function getAll(client: RedisClient, names: readonly string[]): Promise<(Uint8Array | null)[]> {
  return await Promise.all(names.map((name) => client.get(name)));
}

/** All or none: Redis can be full behind the first of several, and the line can break there. */
async function setAll(client: RedisClient, entries: readonly Entry[]): Promise<void> {
  const settings = entries.map(
    ({ name, value, seconds }) =>
      [
        name,
        Buffer.from(value.buffer, value.byteOffset, value.byteLength),
        { expiration: { type: 'EX', value: seconds } },
      ] as const,
  );
  const [first, ...more] = settings;
  if (first === undefined) return;
  if (more.length === 0) await client.set(...first);
  else {
    const together = client.multi();
    for (const each of settings) together.set(...each);
    await together.exec();
  }
}

async function removeIf(
  client: RedisClient,
  name: string,
  is: (value: Uint8Array) => boolean,
): Promise<void> {
  const [, value] = await Promise.all([client.watch(name), client.get(name)]);
  if (value === null || !is(value)) {
    await client.unwatch();
    return;
  }
  try {
    await client.multi().unlink(name).exec();
  } catch (error) {
    if (!(error instanceof WatchError)) throw error;
  }
}
