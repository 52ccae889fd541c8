/** How long every contender takes to open all of its records, in instances that have done so before. */
import type { Engine, Running } from '../engine/engine.ts';
import { inTurns, medianOf } from '../rounds.ts';
import type { Answer, Question } from './answer.ts';
import { recordContenders } from './contender.ts';

export interface RecordsRow {
  readonly engine: Engine['name'];
  readonly records: number;
  readonly contender: string;
  readonly median_ms: number;
  readonly min_ms: number;
  /** How many times as fast as libsodium-wrappers in the same rounds; above 1 is faster. */
  readonly vs_libsodium: number;
}

const beside = 'libsodium-wrappers';
/** A browser's clock is good for a tenth of a millisecond: an answer takes at least this long, or so. */
const answerMs = 40;
const warmUps = 3;

export async function measureRecords(engine: Engine, count: number, rounds: number): Promise<RecordsRow[]> {
  const running: { name: string; it: Running<Question, Answer>; times: number; found: number[] }[] = [];
  try {
    for (const { name, file } of recordContenders) {
      const it = await engine.start<Question, Answer>('records', file, String(count));
      let times = 1;
      for (let i = 0; i < warmUps; i += 1) {
        const { ms } = await it.ask({ times });
        times = Math.min(Math.max(Math.ceil(answerMs / Math.max(ms, 0.001)), 1), 20_000);
      }
      running.push({ name, it, times, found: [] });
    }
    await inTurns(rounds, running, async ({ it, times, found }) => {
      found.push((await it.ask({ times })).ms);
    });
  } finally {
    for (const { it } of running) await it.end();
  }
  const reference = medianOf(running.find(({ name }) => name === beside)?.found ?? []);
  return running.map(({ name, found }) => ({
    engine: engine.name,
    records: count,
    contender: name,
    median_ms: medianOf(found),
    min_ms: Math.min(...found),
    vs_libsodium: reference / medianOf(found),
  }));
}
