/** Who wants to know what. A listener that throws disturbs no other. */
export class Listeners<Events> {
  readonly #sets = new Map<keyof Events, Set<(value: never) => void>>();

  /** @returns a function that ends the subscription. */
  add<K extends keyof Events>(event: K, listener: (value: Events[K]) => void): () => void {
    const set = this.#sets.get(event) ?? new Set();
    this.#sets.set(event, set);
    set.add(listener);
    return () => {
      set.delete(listener);
    };
  }

  tell<K extends keyof Events>(event: K, value: Events[K]): void {
    for (const listener of [...(this.#sets.get(event) ?? [])]) {
      try {
        (listener as (value: Events[K]) => void)(value);
      } catch (error) {
        reportError(error);
      }
    }
  }
}
