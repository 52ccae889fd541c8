/**
 * Who may test how often. Counts live in this process, in bounded memory: where there is no room the entry that was
 * used longest ago goes, so a flood of new users can make a limit more lenient and can't make it refuse anyone.
 */

export interface LimitSettings {
  /** Tests a user may ask for in a minute. */
  readonly testsPerMinute: number;
  /** Different keys a user may test in a day. */
  readonly keysPerDay: number;
  /** Keys found invalid from one address in an hour: the mark of someone trying stolen or guessed keys. */
  readonly invalidPerHour: number;
}

export const defaultLimits: LimitSettings = { testsPerMinute: 10, keysPerDay: 30, invalidPerHour: 100 };

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;
const maxEntries = 10_000;

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
  readonly #keys = new Windows(day, () => new Set<string>());
  readonly #invalid = new Windows(hour, () => 0);

  constructor(settings: LimitSettings) {
    this.#settings = settings;
  }

  /** Counts a test, before anything is opened. @returns false where the user or the address has had its share. */
  admitTest(user: string, address: string, now: number): boolean {
    if (this.#invalid.of(address, now).value >= this.#settings.invalidPerHour) return false;
    const tests = this.#tests.of(user, now);
    if (tests.value >= this.#settings.testsPerMinute) return false;
    tests.value += 1;
    return true;
  }

  /** Counts a key. @param keyTag a keyed hash of the key, never the key. */
  admitKey(user: string, keyTag: string, now: number): boolean {
    const keys = this.#keys.of(user, now).value;
    if (keys.has(keyTag)) return true;
    if (keys.size >= this.#settings.keysPerDay) return false;
    keys.add(keyTag);
    return true;
  }

  countInvalid(address: string, now: number): void {
    this.#invalid.of(address, now).value += 1;
  }

  /** Entries held at present, in all. */
  get size(): number {
    return this.#tests.size + this.#keys.size + this.#invalid.size;
  }
}
