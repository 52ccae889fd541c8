/** One contender answers one question after another: in a worker of a browser, or in a process of its own. */
import type { Load, ReadFile, Setting } from './contender.ts';

export interface Question {
  readonly setting: Setting;
}

export interface Answer {
  /** Of the derivation alone; who asked sees the way there and back as well. */
  readonly ms: number;
  readonly hex: string;
}

/** Begins to load at once. @returns what answers; it waits for what is not loaded yet. */
export function answering(
  load: Load,
  read: ReadFile,
  expected: Setting,
): (question: Question) => Promise<Answer> {
  const loaded = load(read, expected);
  return async ({ setting }) => {
    const derive = await loaded;
    const begin = performance.now();
    const key = await derive(setting);
    const ms = performance.now() - begin;
    return { ms, hex: Array.from(key, (byte) => byte.toString(16).padStart(2, '0')).join('') };
  };
}
