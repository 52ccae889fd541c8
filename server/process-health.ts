/** What `/healthz` of a process tells: whether each Redis that it needs answers, and whether the keys in the cache have an end. */
import { checkHealth, type Health } from './health.ts';
import type { Redis } from './redis/connection.ts';

export interface ProcessHealth extends Partial<Omit<Health, 'healthy' | 'redis'>> {
  /** All that was asked answers, and no entry of the cache breaks its rule. */
  readonly healthy: boolean;
  readonly keys: 'answers' | 'unavailable';
  /** Left out where the process has no queue. */
  readonly queue?: 'answers' | 'unavailable';
}

export interface ProcessParts {
  /** The connections that the process itself lives by. */
  readonly keys: Redis;
  readonly queue: Redis | null;
  /** As the user `health` (health.ts). Without one, nothing is told of entries. */
  readonly walk: Redis | null;
}

/** Never rejects. */
export async function checkProcess({ keys, queue, walk }: ProcessParts): Promise<ProcessHealth> {
  const [keysNow, queueNow, walked] = await Promise.all([
    stateOf(keys),
    queue === null ? null : stateOf(queue),
    walk === null ? null : checkHealth(walk),
  ]);
  const healthy = keysNow === 'answers' && queueNow !== 'unavailable' && walked?.healthy !== false;
  const reached = { keys: keysNow, ...(queueNow === null ? {} : { queue: queueNow }) };
  if (walked === null) return { healthy, ...reached };
  const { entries, endless, tooLong } = walked;
  return { healthy, ...reached, entries, endless, tooLong };
}

async function stateOf(redis: Redis): Promise<'answers' | 'unavailable'> {
  return await redis
    .run((client) => client.ping())
    .then(
      () => 'answers',
      () => 'unavailable',
    );
}
