/** How long something takes, and how much of a processor: medians of rounds that alternate, so that a busy moment hits all alike. */
import { readdirSync, readFileSync } from 'node:fs';

export interface Spread {
  readonly p50: number;
  readonly p99: number;
}

/** @param values in any unit, at least one. */
export function spreadOf(values: readonly number[]): Spread {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (share: number): number =>
    sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? NaN;
  return { p50: at(0.5), p99: at(0.99) };
}

/** Milliseconds that all threads of a process have had a processor. Linux: /proc/PID/task/TID/schedstat. */
export function cpuOf(pid: number | 'self'): number {
  const tasks = `/proc/${String(pid)}/task`;
  const nanoseconds = readdirSync(tasks).map((task) => {
    try {
      return Number(readFileSync(`${tasks}/${task}/schedstat`, 'utf8').split(' ')[0]);
    } catch {
      // A thread that has just ended.
      return 0;
    }
  });
  return nanoseconds.reduce((sum, each) => sum + each, 0) / 1e6;
}

export interface Cost {
  /** Milliseconds, from the question to the answer. */
  readonly latency: Spread;
  /** With as many in flight as {@link inFlight}. */
  readonly perSecond: number;
  /** Milliseconds of processor in the measured process for each call, with as many in flight: the median of rounds. */
  readonly cpu: number;
  /** The same with one call at a time: each time that the process waits, it is put to sleep and woken up. */
  readonly cpuOneByOne: number;
}

const rounds = 7;
const inFlight = 8;

/**
 * Measures several things in turn, `rounds` times over.
 * @param calls one call of each thing, and the process whose processor time counts. @param each how many calls a round has.
 */
export async function measure<Name extends string>(
  calls: Readonly<Record<Name, { readonly pid: number | 'self'; readonly call: () => Promise<unknown> }>>,
  each = 200,
): Promise<Record<Name, Cost>> {
  const names = Object.keys(calls) as Name[];
  const seen = new Map(
    names.map((name) => [
      name,
      { latencies: [] as number[], cpu: [] as number[], oneByOne: [] as number[], rates: [] as number[] },
    ]),
  );
  for (let round = -1; round < rounds; round += 1) {
    for (let turn = 0; turn < names.length; turn += 1) {
      const name = names[(turn + Math.max(round, 0)) % names.length];
      const of = name === undefined ? undefined : seen.get(name);
      if (name === undefined || of === undefined) continue;
      const { pid, call } = calls[name];
      const before = cpuOf(pid);
      const latencies: number[] = [];
      for (let i = 0; i < each; i += 1) {
        const begin = performance.now();
        await call();
        latencies.push(performance.now() - begin);
      }
      const oneByOne = (cpuOf(pid) - before) / each;
      const between = cpuOf(pid);
      const begin = performance.now();
      let left = each;
      await Promise.all(
        Array.from({ length: inFlight }, async () => {
          while (left > 0) {
            left -= 1;
            await call();
          }
        }),
      );
      const took = performance.now() - begin;
      const cpu = (cpuOf(pid) - between) / each;
      // The first round warms up.
      if (round < 0) continue;
      of.latencies.push(...latencies);
      of.cpu.push(cpu);
      of.oneByOne.push(oneByOne);
      of.rates.push((each * 1000) / took);
    }
  }
  return Object.fromEntries(
    [...seen].map(([name, { latencies, cpu, oneByOne, rates }]) => [
      name,
      {
        latency: spreadOf(latencies),
        perSecond: spreadOf(rates).p50,
        cpu: spreadOf(cpu).p50,
        cpuOneByOne: spreadOf(oneByOne).p50,
      },
    ]),
  ) as Record<Name, Cost>;
}
