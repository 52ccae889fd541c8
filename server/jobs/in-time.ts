/** A bound on waiting for what may never answer. */
import { setTimeout as sleep } from 'node:timers/promises';

export const late = Symbol('late');

/** @returns what `work` comes to, or {@link late} after `ms` milliseconds; `work` itself goes on. */
export async function inTime<T>(work: Promise<T>, ms: number): Promise<T | typeof late> {
  const done = new AbortController();
  const bell = sleep(ms, late, { signal: done.signal }).catch((): typeof late => late);
  try {
    return await Promise.race([work, bell]);
  } finally {
    done.abort();
  }
}
