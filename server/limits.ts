/**
 * Who may test how often. Counts live in this process, in bounded memory: where there is no room the entry that was
 * used longest ago goes, so a flood of new users can make a limit more lenient and can't make it refuse anyone.
 */
import { isIPv4 } from 'node:net';

export interface LimitSettings {
  /** Tests a user may ask for in a minute. */
  readonly testsPerMinute: number;
  /** Different keys a user may test in a day. */
  readonly keysPerDay: number;
  /**
   * Keys found invalid, or still being tried, from one address in an hour: the mark of someone trying stolen or guessed keys. As many
   * different keys may be cached from it in an hour: what a job comes to tells as well as a test does whether a key is good, and not to us.
   */
  readonly invalidPerHour: number;
}

export const defaultLimits: LimitSettings = { testsPerMinute: 10, keysPerDay: 30, invalidPerHour: 100 };

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;
const maxEntries = 10_000;

/** An address has the tests of this many users: households and offices share one, and who makes up users gains no more. */
export const usersPerAddress = 10;

/** Reports that a vault may send in a minute: more than a person's locking and unlocking makes. */
const reportsPerMinute = 20;

/** Failed unlocks in an hour that a person may well need. */
export const unlocksPerHour = 10;

/** Entries by id that start anew once their window has passed. */
class Windows<T> {
  readonly #entries = new Map<string, { value: T; ends: number }>();
  readonly #length: number;
  readonly #make: () => T;

  constructor(length: number, make: () => T) {
    this.#length = length;
    this.#make = make;
  }

  /** @param now milliseconds of a clock that never goes back. */
  of(id: string, now: number): { value: T; ends: number } {
    const found = this.#entries.get(id);
    const entry = found && now < found.ends ? found : { value: this.#make(), ends: now + this.#length };
    this.#entries.delete(id);
    this.#entries.set(id, entry);
    if (this.#entries.size > maxEntries) {
      const [oldest] = this.#entries.keys();
      if (oldest !== undefined) this.#entries.delete(oldest);
    }
    return entry;
  }

  get size(): number {
    return this.#entries.size;
  }
}

export class Limits {
  readonly #settings: LimitSettings;
  readonly #tests = new Windows(minute, () => 0);
  readonly #addressTests = new Windows(minute, () => 0);
  /** Which keys a user brought, and whether each was cached, too. */
  readonly #keys = new Windows(day, () => new Map<string, boolean>());
  readonly #invalid = new Windows(hour, () => 0);
  readonly #cached = new Windows(hour, () => 0);
  readonly #reports = new Windows(minute, () => 0);
  readonly #addressReports = new Windows(minute, () => 0);
  readonly #unlocks = new Windows(hour, () => 0);

  constructor(settings: LimitSettings) {
    this.#settings = settings;
  }

  /**
   * Counts a test, before anything is opened. Until it is told otherwise its key counts as invalid, or any number could be
   * tried at once before the first verdict is in.
   * @param address as a socket names it.
   * @returns what to call where the provider did not turn the key down; null where the user or the address has had its share.
   */
  admitTest(user: string, address: string, now: number): (() => void) | null {
    const { testsPerMinute, invalidPerHour } = this.#settings;
    const from = networkOf(address);
    const invalid = this.#invalid.of(from, now);
    const ofAddress = this.#addressTests.of(from, now);
    const ofUser = this.#tests.of(user, now);
    if (invalid.value >= invalidPerHour || ofUser.value >= testsPerMinute) return null;
    if (ofAddress.value >= testsPerMinute * usersPerAddress) return null;
    invalid.value += 1;
    ofAddress.value += 1;
    ofUser.value += 1;
    return () => {
      invalid.value -= 1;
    };
  }

  /**
   * Counts keys, all of them or none: what is refused takes no place from what would have been let in.
   * @param keyTags keyed hashes of the keys, never the keys.
   * @param cachedFrom the address that the keys are to be cached from; null where they are to be tested.
   */
  admitKeys(user: string, keyTags: readonly string[], cachedFrom: string | null, now: number): boolean {
    const { keysPerDay, invalidPerHour } = this.#settings;
    const keys = this.#keys.of(user, now).value;
    const tags = new Set(keyTags);
    if (keys.size + [...tags].filter((tag) => !keys.has(tag)).length > keysPerDay) return false;
    if (cachedFrom !== null) {
      const fresh = [...tags].filter((tag) => keys.get(tag) !== true).length;
      const cached = this.#cached.of(networkOf(cachedFrom), now);
      if (cached.value + fresh > invalidPerHour) return false;
      cached.value += fresh;
    }
    for (const tag of tags) keys.set(tag, cachedFrom !== null || keys.get(tag) === true);
    return true;
  }

  /** Counts a report of what happened in a vault. */
  admitReport(user: string, address: string, now: number): boolean {
    const ofUser = this.#reports.of(user, now);
    const ofAddress = this.#addressReports.of(networkOf(address), now);
    if (ofUser.value >= reportsPerMinute || ofAddress.value >= reportsPerMinute * usersPerAddress)
      return false;
    ofUser.value += 1;
    ofAddress.value += 1;
    return true;
  }

  /** Counts failed unlocks. @returns whether these are the ones that go over {@link unlocksPerHour}. */
  failedUnlocks(user: string, failed: number, now: number): boolean {
    const unlocks = this.#unlocks.of(user, now);
    const before = unlocks.value;
    unlocks.value += failed;
    return before <= unlocksPerHour && unlocks.value > unlocksPerHour;
  }

  /** Entries held at present, in all. */
  get size(): number {
    const windows = [this.#tests, this.#addressTests, this.#keys, this.#invalid, this.#cached];
    windows.push(this.#reports, this.#addressReports, this.#unlocks);
    return windows.reduce((sum, { size }) => sum + size, 0);
  }
}

/** Who has one IPv6 address has its whole /64: that is what counts. */
export function networkOf(address: string): string {
  if (isIPv4(address)) return address;
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  if (mapped !== undefined) return mapped;
  const [front = ''] = address.split('%', 1);
  const [head = '', tail] = front.split('::', 2);
  const groups = head === '' ? [] : head.split(':');
  const behind = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = tail === undefined ? 0 : 8 - groups.length - behind.length;
  const all = [...groups, ...Array.from({ length: Math.max(0, zeros) }, () => '0'), ...behind];
  return all.slice(0, 4).join(':');
}
