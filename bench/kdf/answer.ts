/** One contender derives one key after another. */
import type { Answering } from '../engine/engine.ts';
import type { Load, Setting } from './contender.ts';

export interface Answer {
  /** Of the derivation alone. */
  readonly ms: number;
  readonly hex: string;
}

/** What is expected to be derived, as an argument. */
export function argumentOf({ memoryKib, passes }: Setting): string {
  return `${String(memoryKib)},${String(passes)}`;
}

export const answering: Answering<{ load: Load }, Setting, Answer> = ({ load }, read, argument) => {
  const [memoryKib = 0, passes = 0] = argument.split(',').map(Number);
  const loaded = load(read, { memoryKib, passes });
  return async (setting) => {
    const derive = await loaded;
    const begin = performance.now();
    const key = await derive(setting);
    const ms = performance.now() - begin;
    return { ms, hex: Array.from(key, (byte) => byte.toString(16).padStart(2, '0')).join('') };
  };
};
