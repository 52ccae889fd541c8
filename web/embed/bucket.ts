/** How much one sender may say: a bucket that each message takes from, and that time fills. */
export class Bucket {
  readonly #capacity: number;
  readonly #perSecond: number;
  #left: number;
  #at: number;

  /** @param now milliseconds of a clock that never goes back, here and in {@link take}. */
  constructor(capacity: number, perSecond: number, now: number) {
    this.#capacity = capacity;
    this.#perSecond = perSecond;
    this.#left = capacity;
    this.#at = now;
  }

  /** False where there is not enough left; nothing is taken then. */
  take(now: number, cost = 1): boolean {
    const filled = (Math.max(0, now - this.#at) / 1000) * this.#perSecond;
    this.#left = Math.min(this.#capacity, this.#left + filled);
    this.#at = Math.max(this.#at, now);
    if (this.#left < cost) return false;
    this.#left -= cost;
    return true;
  }
}
