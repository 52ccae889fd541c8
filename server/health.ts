/**
 * Is the key cache well? It answers, and every key in it has an end that is at most five minutes away, which no ACL of Redis can
 * enforce. Asked with a user of its own that may ping, walk over the names and ask for ends, and read nothing.
 */
import { maxSeconds, markSeconds } from './cache/cache.ts';
import type { Redis } from './redis/connection.ts';

export interface Health {
  /** It answers, and no entry breaks the rule. */
  readonly healthy: boolean;
  readonly redis: 'answers' | 'unavailable';
  /** Entries of the prefix `byok:`; of these, without an end, and with one that is too far away. */
  readonly entries: number;
  readonly endless: number;
  readonly tooLong: number;
}

/** @param redis a connection as the user `health` of deploy/redis/users.acl. Never rejects. */
export async function checkHealth(redis: Redis): Promise<Health> {
  const seen = new Set<string>();
  let [endless, tooLong] = [0, 0];
  try {
    await redis.run((client) => client.ping());
    for (let cursor = '0'; ;) {
      const page = await redis.run((client) => client.scan(cursor, { MATCH: 'byok:*', COUNT: 500 }));
      // A walk may come by a name twice.
      const names = page.keys.map(String).filter((name) => !seen.has(name));
      const ends = await redis.run((client) => Promise.all(names.map((name) => client.ttl(name))));
      for (const [at, name] of names.entries()) {
        seen.add(name);
        const seconds = ends[at] ?? 0;
        if (seconds === -1) endless += 1;
        // The mark of a clearing holds a time and no key, and outlives the keys that it refuses.
        else if (seconds > (name.endsWith(':cleared') ? markSeconds : maxSeconds)) tooLong += 1;
      }
      cursor = String(page.cursor);
      if (cursor === '0') break;
    }
  } catch {
    return { healthy: false, redis: 'unavailable', entries: seen.size, endless, tooLong };
  }
  return { healthy: endless + tooLong === 0, redis: 'answers', entries: seen.size, endless, tooLong };
}
