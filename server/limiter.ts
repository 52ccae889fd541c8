/**
 * Who may do how much, over all processes of the platform: counts live in Redis where there is one. Where it is away each process
 * counts for itself, and more strictly: it can't know what the others let through (E15). Redis is told GET, SET with NX and EX, INCR
 * and EXPIRE, and no name of a user, no address and no key, but tags of them.
 */
import type { Core } from './core.ts';
import { remember } from './memo.ts';
import { Limits, networkOf, unlocksPerHour, usersPerAddress, type LimitSettings } from './limits.ts';
import type { Redis, RedisClient } from './redis/connection.ts';

export interface Limiter {
  /**
   * Counts a call that brings keys, before anything is opened. Until it is told otherwise its keys count as turned down.
   * @param address as a socket names it.
   * @returns to be told whether the provider turned a key down; null where the user or the address has had its share.
   */
  admitCall(user: string, address: string): Promise<((turnedDown: boolean) => void) | null>;
  /** Counts keys. @param keyTags keyed hashes of the keys, never the keys. */
  admitKeys(user: string, keyTags: readonly string[]): Promise<boolean>;
  /** Counts a report of what happened in a vault, in this process alone: more of them would only be more noise. */
  admitReport(user: string, address: string): boolean;
  /** Counts failed unlocks. @returns whether these took the user over 10 in an hour: true once an hour. */
  failedUnlocks(user: string, count: number): Promise<boolean>;
}

export interface LimiterOptions {
  readonly core: Pick<Core, 'tag'>;
  readonly settings: LimitSettings;
  /** null: this process is the only one. */
  readonly redis: Redis | null;
}

const minuteSeconds = 60;
const hourSeconds = 60 * minuteSeconds;
const daySeconds = 24 * hourSeconds;

/** How much less a process allows that has lost sight of the others. */
const strictness = 3;

/** Hex characters of a tag in a name. */
const tagLength = 32;

/** @returns the limits of one process, which it shares with all that have the same Redis and the same first secret. */
export function makeLimiter({ core, settings, redis }: LimiterOptions): Limiter {
  // Both count every call, so that the strict one knows what was before it is needed.
  const usual = new Limits(settings);
  const strict = new Limits(stricter(settings));
  const now = (): number => performance.now();
  const mostOfAddress = settings.testsPerMinute * usersPerAddress;
  const tagOf = (purpose: string): ((of: string) => string) =>
    remember((of) => core.tag(purpose, new TextEncoder().encode(of)).slice(0, tagLength));
  const tags = { user: tagOf('limit-user'), address: tagOf('limit-address') };
  const nameOf = (kind: 'user' | 'address', of: string, what: string): string =>
    `byok-limit:{${tags[kind](of)}}:${what}`;
  /** Keys that were counted already, each until when this needs no asking again, on the clock of `performance.now()`. */
  const admitted = new Map<string, number>();
  const isAdmitted = (key: string): boolean => (admitted.get(key) ?? 0) > now();
  const admit = (key: string): void => {
    const [oldest] = admitted.size >= mostAdmitted ? admitted.keys() : [];
    if (oldest !== undefined) admitted.delete(oldest);
    admitted.delete(key);
    admitted.set(key, now() + admittedMs);
  };
  /** null where there is no Redis that answers. */
  const shared = async <T>(use: (client: RedisClient) => Promise<T>): Promise<T | null> => {
    try {
      return redis === null ? null : await redis.run(use);
    } catch {
      return null;
    }
  };
  /** The last word is the shared count's; without it, the strict one's, where others may be counting too. */
  const decide = (answer: boolean | null, strictly: boolean): boolean =>
    answer ?? (redis === null || strictly);

  return {
    async admitCall(user, address) {
      const ofUsual = usual.admitTest(user, address, now());
      const ofStrict = strict.admitTest(user, address, now());
      const invalid = nameOf('address', networkOf(address), 'invalid');
      const answer =
        ofUsual &&
        (await shared(async (client) => {
          const [ofUser, ofAddress, invalidSoFar] = await Promise.all([
            count(client, nameOf('user', user, 'calls'), minuteSeconds, settings.testsPerMinute),
            count(client, nameOf('address', networkOf(address), 'calls'), minuteSeconds, mostOfAddress),
            client.get(invalid),
          ]);
          return (
            ofUser <= settings.testsPerMinute &&
            ofAddress <= mostOfAddress &&
            Number(invalidSoFar ?? 0) < settings.invalidPerHour
          );
        }));
      if (ofUsual === null || !decide(answer, ofStrict !== null)) {
        // What is refused is not tried.
        ofUsual?.();
        ofStrict?.();
        return null;
      }
      return (turnedDown) => {
        if (turnedDown) {
          void shared((client) => count(client, invalid, hourSeconds, settings.invalidPerHour));
          return;
        }
        ofUsual();
        ofStrict?.();
      };
    },

    async admitKeys(user, keyTags) {
      const locally = keyTags.map((tag) => usual.admitKey(user, tag, now())).every(Boolean);
      const strictly = keyTags.map((tag) => strict.admitKey(user, tag, now())).every(Boolean);
      if (!locally) return false;
      const keys = keyTags.map((tag) => `${user} ${tag}`);
      if (keys.every(isAdmitted)) return true;
      const answer = await shared(async (client) => {
        const names = [...new Set(keyTags)].map((tag) =>
          nameOf('user', user, `key:${tag.slice(0, tagLength)}`),
        );
        const marks = await Promise.all(
          names.map((name) =>
            client.set(name, asked, { ...ends(minuteSeconds), condition: 'NX', GET: true }),
          ),
        );
        // One that is only asked for was never let in: asking twice at once gains nothing.
        const fresh = names.filter((_name, at) => marks[at]?.toString() !== counted);
        const counts = await Promise.all(
          fresh.map(() => count(client, nameOf('user', user, 'keys'), daySeconds, settings.keysPerDay)),
        );
        if (counts.some((each) => each > settings.keysPerDay)) return false;
        await Promise.all(fresh.map((name) => client.set(name, counted, ends(daySeconds))));
        return true;
      });
      if (answer === true) keys.forEach(admit);
      return decide(answer, strictly);
    },

    admitReport: (user, address) => usual.admitReport(user, address, now()),

    async failedUnlocks(user, failed) {
      const locally = usual.failedUnlocks(user, failed, now());
      const answer = await shared(async (client) => {
        const name = nameOf('user', user, 'unlocks');
        const counts = await Promise.all(
          Array.from({ length: failed }, () => count(client, name, hourSeconds, unlocksPerHour)),
        );
        return counts.includes(unlocksPerHour + 1);
      });
      return answer ?? locally;
    },
  };
}

/** As long as a sealed key lives: the same ones come again within seconds or minutes, and Redis need not be asked each time. */
const admittedMs = 300_000;
const mostAdmitted = 10_000;

/** The two states of a key in Redis: it was brought, and it was let in. */
const asked = '0';
const counted = '1';

const ends = (value: number): { expiration: { type: 'EX'; value: number } } => ({
  expiration: { type: 'EX', value },
});

/**
 * Counts in a window that begins with its first call, which gives it its end: in the background, for every later call is counted behind
 * it. Where that was lost, or the end is, those that go over `most` give it one: no window stays for good.
 */
async function count(client: RedisClient, name: string, seconds: number, most: number): Promise<number> {
  const reached = await client.incr(name);
  if (reached === 1 || reached > most) client.expire(name, seconds, 'NX').catch(() => undefined);
  return reached;
}

function stricter({ testsPerMinute, keysPerDay, invalidPerHour }: LimitSettings): LimitSettings {
  return {
    testsPerMinute: Math.ceil(testsPerMinute / strictness),
    keysPerDay: Math.ceil(keysPerDay / strictness),
    invalidPerHour: Math.ceil(invalidPerHour / strictness),
  };
}
