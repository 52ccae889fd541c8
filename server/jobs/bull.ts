/** What the queue's two sides agree on: names, the shape of a job's data, and how each connection to Redis behaves. */
import { setTimeout as sleep } from 'node:timers/promises';
import { createClient } from '@redis/client';
import { z } from 'zod';
import { statusCodes, VaultError, type VaultErrorCode } from '../../web/core/errors.ts';
import { inTime, late } from './in-time.ts';
import type { JobState } from './request.ts';
import type { JobOwner } from './run.ts';

export const queueName = 'jobs';

/** In front of every name in Redis. */
export const queuePrefix = 'byok-queue';

/** Events that BullMQ keeps for those who listen; they hold ids and codes, no text. */
export const maxEvents = 1000;

export interface BullJob extends JobOwner {
  /** What to do, until it is done: then it is removed, and with it what the user wrote. */
  readonly request: unknown;
  /** How it ended; null until then. */
  readonly ended: JobState | null;
}

const jobOwner = z.object({
  user: z.string().min(1),
  policy: z.strictObject({ credential: z.enum(['user', 'server']), fallback: z.enum(['server', 'never']) }),
});

/** Whose a job is, as read back from Redis; null for data that this software did not write. */
export function ownerOf(data: unknown): JobOwner | null {
  return jobOwner.safeParse(data).data ?? null;
}

export function isErrorCode(text: string): text is VaultErrorCode {
  return text !== 'ok' && Object.hasOwn(statusCodes, text);
}

/** What BullMQ writes itself where a job's worker has not been heard of for too long. */
export const stalledReason = 'job stalled more than allowable limit';

/**
 * @param whileAway what a command does while Redis does not answer: `waits` is for a worker, which has nobody waiting for it;
 * `fails_at_once` for what someone waits for (E15).
 */
// eslint-disable-next-line @typescript-eslint/explicit-module-boundary-types -- the library's own type has five parameters
export function queueClient(url: string, whileAway: 'waits' | 'fails_at_once') {
  return createClient({
    url,
    socket: {
      connectTimeout: patienceMs,
      reconnectStrategy: (tries: number) => Math.min(50 * 2 ** tries, 2_000),
    },
    disableOfflineQueue: whileAway === 'fails_at_once',
    // What an ACL that allows only what is needed would refuse.
    disableClientInfo: true,
    maintNotifications: 'disabled',
  });
}

export type QueueClient = ReturnType<typeof queueClient>;

/** Milliseconds that anyone waits for an answer of Redis. */
const patienceMs = 2_000;

/**
 * Asks Redis once the connection is there. Nothing is kept for later while it is not: who was told that a job was not submitted
 * submits it again.
 * @throws VaultError queue_unavailable for whatever goes wrong or takes too long: an error of the library can hold the job.
 */
export async function orUnavailable<T>(client: QueueClient, ask: () => Promise<T>): Promise<T> {
  const end = performance.now() + patienceMs;
  while (!client.isReady && performance.now() < end) await sleep(20);
  if (!client.isReady) throw new VaultError('queue_unavailable');
  const given = await inTime(ask(), patienceMs).catch(() => late);
  if (given === late) throw new VaultError('queue_unavailable');
  return given as T;
}
