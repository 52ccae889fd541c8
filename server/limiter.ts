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
  /**
   * Counts keys, all of them or none.
   * @param keyTags keyed hashes of the keys, never the keys.
   * @param cachedFrom the address that the keys are to be cached from, which each of them counts for once a day; null where they are
   * to be tested.
   */
  admitKeys(user: string, keyTags: readonly string[], cachedFrom: string | null): Promise<boolean>;
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

    async admitKeys(user, keyTags, cachedFrom) {
      // Which keys were cached already, processes know together alone.
      const locally = usual.admitKeys(user, keyTags, redis === null ? cachedFrom : null, now());
      const strictly = strict.admitKeys(user, keyTags, cachedFrom, now());
      if (!locally) return false;
      const use = cachedFrom === null ? 'test' : 'cache';
      const keys = keyTags.map((tag) => `${user} ${use} ${tag}`);
      if (keys.every(isAdmitted)) return true;
      const answer = await shared(async (client) => {
        const names = [...new Set(keyTags)].map((tag) =>
          nameOf('user', user, `key:${tag.slice(0, tagLength)}`),
        );
        const ofUser = nameOf('user', user, 'keys');
        const ofAddress = cachedFrom === null ? null : nameOf('address', networkOf(cachedFrom), 'cached');
        const [marks, userSoFar, addressSoFar] = await Promise.all([
          Promise.all(
            names.map((name) =>
              client.set(name, asked, { ...ends(minuteSeconds), condition: 'NX', GET: true }),
            ),
          ),
          client.get(ofUser),
          ofAddress === null ? null : client.get(ofAddress),
        ]);
        const notYet = (...states: string[]): string[] =>
          names.filter((_name, at) => !states.includes(marks[at]?.toString() ?? ''));
        // One that is only asked for was never let in: asking twice at once gains nothing.
        const fresh = notYet(counted, cached);
        const uncached = ofAddress === null ? [] : notYet(cached);
        // Looked at before it is counted: what is refused takes no place.
        if (Number(userSoFar ?? 0) + fresh.length > settings.keysPerDay) return false;
        if (Number(addressSoFar ?? 0) + uncached.length > settings.invalidPerHour) return false;
        const [keysOfUser, keysOfAddress] = await Promise.all([
          Promise.all(fresh.map(() => count(client, ofUser, daySeconds, settings.keysPerDay))),
          Promise.all(
            uncached.map(() => count(client, ofAddress ?? '', hourSeconds, settings.invalidPerHour)),
          ),
        ]);
        if (keysOfUser.some((each) => each > settings.keysPerDay)) return false;
        if (keysOfAddress.some((each) => each > settings.invalidPerHour)) return false;
        const [now, state] = ofAddress === null ? [fresh, counted] : [uncached, cached];
        await Promise.all(now.map((name) => client.set(name, state, ends(daySeconds))));
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

/** The states of a key in Redis: it was brought, it was let in, it was let into the cache. */
const asked = '0';
const counted = '1';
const cached = '2';

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
