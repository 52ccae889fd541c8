/** Tells a focus that was taken in the middle of typing from one that the person moved. */

/** Who typed less than this many milliseconds ago is typing still. */
const pauseMs = 1_000;

export interface Press {
  readonly key: string;
  readonly ctrlKey: boolean;
  readonly altKey: boolean;
  readonly metaKey: boolean;
}

export class Typing {
  #last = -Infinity;

  /** A character was put in. @param now milliseconds of a clock that never goes back. */
  typed(now: number): void {
    this.#last = now;
  }

  /** A key went down: those that lead somewhere else end the typing. */
  pressed({ key, ctrlKey, altKey, metaKey }: Press): void {
    const leads = ['Tab', 'Enter', 'Escape', 'Alt', 'Control', 'Meta'].includes(key) || /^F\d/.test(key);
    if (leads || ctrlKey || altKey || metaKey) this.stopped();
  }

  /** The person did something else. */
  stopped(): void {
    this.#last = -Infinity;
  }

  isUnderWay(now: number): boolean {
    return now - this.#last < pauseMs;
  }
}
