/** Drives rows through a platform, and looks for everything that was planted in everything that it wrote. */
import { findLeaks, type Leak } from '../e2e/support/leak.ts';
import type { Filter } from './filters.ts';
import type { Row } from './rows.ts';
import { collectSinks, type SinkName } from './sinks.ts';
import { startStack, type Stack } from './stack.ts';

export interface RowOutcome {
  readonly name: string;
  readonly seconds: number;
  /** null: kept. */
  readonly problem: string | null;
}

export interface SinkOutcome {
  readonly sink: SinkName;
  readonly bytes: number;
  readonly leaks: readonly Leak[];
}

export interface MatrixOutcome {
  readonly rows: readonly RowOutcome[];
  readonly sinks: readonly SinkOutcome[];
  readonly canaries: number;
}

/**
 * @param without what is switched off; null for the platform as it is.
 * @param told of each row as it ends.
 */
export async function runMatrix(
  rows: readonly Row[],
  without: Filter | null,
  told: (row: RowOutcome) => void = () => undefined,
): Promise<MatrixOutcome> {
  const stack = await startStack({ edits: without?.edits ?? [], unsealed: without?.name === 'sealing' });
  try {
    const outcomes: RowOutcome[] = [];
    for (const row of rows) {
      const outcome = await drive(row, stack);
      outcomes.push(outcome);
      told(outcome);
    }
    return { rows: outcomes, sinks: await search(stack), canaries: stack.canaries.all.length };
  } finally {
    await stack.close();
  }
}

async function drive({ name, drive }: Row, stack: Stack): Promise<RowOutcome> {
  const begin = performance.now();
  let problem: string | null = null;
  try {
    await drive(stack);
  } catch (error) {
    problem = error instanceof Error ? error.message : String(error);
  }
  return { name, seconds: (performance.now() - begin) / 1000, problem };
}

async function search(stack: Stack): Promise<SinkOutcome[]> {
  const sinks = await collectSinks(stack);
  const planted = stack.canaries.all;
  return sinks.map(({ sink, bytes }) => ({
    sink,
    bytes: bytes.length,
    leaks: findLeaks(
      [{ sink, bytes }],
      planted.filter(({ sentBy }) => !sentBy.includes(sink)),
    ),
  }));
}
