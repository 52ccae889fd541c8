/**
 * Whether a person can see what they are about to press. A page around the frame can cover it, or make it see-through, and lead
 * a click to where it wants one; IntersectionObserver v2 sees that, where the browser has it, and rather says "hidden" once too
 * often. So it holds back what gives something away or destroys it, and nothing else.
 */

/** How long something must have been in sight before a press counts, in milliseconds: what flashes up was not seen. */
export const seenAfterMs = 250;
/** The least that browsers allow between two looks, in milliseconds. */
const lookEveryMs = 100;

/** What the observer has told of one element. */
export class Sight {
  #since: number | null = null;
  #wasHidden = false;

  /** @param now milliseconds of a clock that never goes back, here and below. */
  tell(visible: boolean, now: number): void {
    if (visible) this.#since ??= now;
    else this.#since = null;
    this.#wasHidden ||= !visible;
  }

  /** True once it was out of sight: then a press waits for nothing. */
  get wasHidden(): boolean {
    return this.#wasHidden;
  }

  /** True where it has been in sight for long enough, up to now. */
  isSeen(now: number, afterMs = seenAfterMs): boolean {
    return this.#since !== null && now - this.#since >= afterMs;
  }
}

/** False in a page by itself, which nothing can cover, and in browsers that can't tell: then nothing is held back. */
export function canWatch(): boolean {
  return (
    window.parent !== window &&
    'IntersectionObserverEntry' in window &&
    'isVisible' in IntersectionObserverEntry.prototype
  );
}

export interface Watched {
  /** What was seen up to this moment, in changes that were not told yet, too. */
  isSeen(): boolean;
  /** Whether it was out of sight since it is watched. */
  wasHidden(): boolean;
  stop(): void;
}

type Entries = readonly (IntersectionObserverEntry & { readonly isVisible: boolean })[];

/**
 * @param afterMs how long it must have been in sight.
 * @param changed called when an element may have come into sight or gone.
 */
export function watchSight(element: Element, afterMs: number, changed: () => void): Watched {
  const sight = new Sight();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const read = (entries: readonly IntersectionObserverEntry[]): void => {
    for (const { isVisible } of entries as Entries) sight.tell(isVisible, performance.now());
  };
  // The second version's options, which the types don't know yet.
  const options: IntersectionObserverInit & Record<string, unknown> = {
    trackVisibility: true,
    delay: lookEveryMs,
  };
  const observer = new IntersectionObserver((entries) => {
    read(entries);
    clearTimeout(timer);
    timer = setTimeout(changed, afterMs + 20);
    changed();
  }, options);
  observer.observe(element);
  return {
    isSeen: () => {
      read(observer.takeRecords());
      return sight.isSeen(performance.now(), afterMs);
    },
    wasHidden: () => sight.wasHidden,
    stop: () => {
      clearTimeout(timer);
      observer.disconnect();
    },
  };
}
