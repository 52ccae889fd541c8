/** Remembers what a function gave, for the arguments that it was asked about last. */

/** Entries, each of some hundred bytes. */
const most = 10_000;

/** @returns `compute`, which is asked once for an argument as long as that is remembered. It has to give the same every time. */
export function remember<T>(compute: (argument: string) => T): (argument: string) => T {
  const known = new Map<string, T>();
  return (argument) => {
    const found = known.get(argument);
    if (found !== undefined) return found;
    const given = compute(argument);
    if (known.size >= most) {
      const [oldest] = known.keys();
      if (oldest !== undefined) known.delete(oldest);
    }
    known.set(argument, given);
    return given;
  };
}
