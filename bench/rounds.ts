/** Rounds in which everyone has a turn, in an order that moves on by one, so that a busy moment hits all alike. */

/** Runs `turn` for every item in every round. */
export async function inTurns<T>(
  rounds: number,
  items: readonly T[],
  turn: (item: T) => Promise<void>,
): Promise<void> {
  for (let round = 0; round < rounds; round += 1)
    for (let place = 0; place < items.length; place += 1) {
      const item = items[(place + round) % items.length];
      if (item !== undefined) await turn(item);
    }
}

/** @returns NaN where there is nothing. */
export function medianOf(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  const upper = sorted[Math.floor(middle)] ?? NaN;
  return Number.isInteger(middle) ? ((sorted[middle - 1] ?? NaN) + upper) / 2 : upper;
}
