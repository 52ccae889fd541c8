/** How long every contender takes to derive a key, warm and cold, beside native libsodium. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Engine, Running } from '../engine/engine.ts';
import { inTurns, medianOf } from '../rounds.ts';
import { argumentOf, type Answer } from './answer.ts';
import { contenders, settings, type ContenderFacts, type Setting } from './contender.ts';
import { startNative } from './native.ts';

export interface KdfRow {
  readonly engine: Engine['name'];
  readonly phase: 'warm' | 'cold';
  readonly m_mib: number;
  readonly t: number;
  readonly contender: string;
  readonly median_ms: number;
  readonly min_ms: number;
  /** To native libsodium in the same rounds. */
  readonly vs_native: number;
}

const nativeName = 'libsodium (native)';
/** Derivations before the first that counts: engines compile again what turns out to be hot. */
const warmUps = 3;
/** How long a page has been open, or a process running, before the password is there. */
const typingMs = 300;

interface Starter {
  readonly name: string;
  readonly start: () => Promise<Running<Setting, Answer>>;
}

/** Who takes part at a setting. */
function startersFor(engine: Engine, setting: Setting): Starter[] {
  const { memoryKib, passes } = setting;
  const smallest = settings[0];
  const takesPart = ({ nodeOnly, smallestOnly }: ContenderFacts): boolean =>
    (nodeOnly !== true || engine.name === 'node') &&
    (smallestOnly !== true || (memoryKib === smallest?.memoryKib && passes === smallest.passes));
  return [
    { name: nativeName, start: () => Promise.resolve(startNative()) },
    ...contenders.filter(takesPart).map(({ name, file }) => ({
      name,
      start: () => engine.start<Setting, Answer>('kdf', file, argumentOf(setting)),
    })),
  ];
}

/** Refuses to time what does not derive the same key. */
class Agreement {
  #expected: string | null = null;

  check(name: string, hex: string): void {
    this.#expected ??= hex;
    if (hex !== this.#expected) throw new Error(`${name} derives another key than ${nativeName}`);
  }
}

function rowsOf(
  engine: Engine,
  phase: KdfRow['phase'],
  { memoryKib, passes }: Setting,
  times: ReadonlyMap<string, readonly number[]>,
): KdfRow[] {
  const native = medianOf(times.get(nativeName) ?? []);
  return [...times].map(([contender, found]) => ({
    engine: engine.name,
    phase,
    m_mib: memoryKib / 1024,
    t: passes,
    contender,
    median_ms: medianOf(found),
    min_ms: Math.min(...found),
    vs_native: medianOf(found) / native,
  }));
}

/** In instances that have derived before. */
export async function measureWarm(engine: Engine, setting: Setting, rounds: number): Promise<KdfRow[]> {
  const starters = startersFor(engine, setting);
  const agreement = new Agreement();
  const running: { name: string; it: Running<Setting, Answer>; times: number[] }[] = [];
  try {
    for (const { name, start } of starters) {
      const it = await start();
      running.push({ name, it, times: [] });
      for (let i = 0; i < warmUps; i += 1) agreement.check(name, (await it.ask(setting)).hex);
    }
    await inTurns(rounds, running, async ({ it, times }) => {
      times.push((await it.ask(setting)).ms);
    });
  } finally {
    for (const { it } of running) await it.end();
  }
  return rowsOf(engine, 'warm', setting, new Map(running.map(({ name, times }) => [name, times])));
}

/** The first derivation of a fresh page or process, with all that it still has to wait for. */
export async function measureCold(engine: Engine, setting: Setting, rounds: number): Promise<KdfRow[]> {
  const starters = startersFor(engine, setting);
  const agreement = new Agreement();
  const times = new Map(starters.map(({ name }) => [name, [] as number[]]));
  await inTurns(rounds, starters, async ({ name, start }) => {
    const it = await start();
    try {
      await sleep(typingMs);
      const { hex, roundTripMs } = await it.ask(setting);
      agreement.check(name, hex);
      times.get(name)?.push(roundTripMs);
    } finally {
      await it.end();
    }
  });
  return rowsOf(engine, 'cold', setting, times);
}
