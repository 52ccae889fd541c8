/**
 * Runs the queue's jobs. Each is run once: a worker that dies in the middle of one has perhaps called the provider already, so
 * the job fails with `worker_lost` and nobody takes it up again.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { Worker, type Job } from 'bullmq';
import { inTime, late } from './in-time.ts';
import { ownerOf, queueClient, queueName, queuePrefix, type BullJob } from './bull.ts';
import { concurrency, keptSeconds } from './queue.ts';
import type { RunJob } from './run.ts';

/** Milliseconds that a worker is believed to live without a sign, and between looks for those that don't. */
const lifeSignMs = 30_000;

/** How an end is written where Redis is away for a moment: as long as the job is still believed to be this worker's. */
const writeTries = 20;
const writePauseMs = 1_000;

/** How long Redis may take, in milliseconds, to be told of the end of a worker whose jobs were given up on. */
const goodbyeMs = 5_000;

export interface BullWorkerOptions {
  /** QUEUE_REDIS_URL. */
  readonly url: string;
  readonly run: RunJob;
  readonly failed: (error: unknown) => void;
  readonly lifeSignMs?: number;
}

export interface RunningWorker {
  /** Takes no more jobs, and gives those that run `graceMs` to end. @returns whether all did. */
  close(graceMs: number): Promise<boolean>;
}

export function startBullWorker(options: BullWorkerOptions): RunningWorker {
  const { url, run, failed, lifeSignMs: life = lifeSignMs } = options;
  const client = queueClient(url, 'waits');
  const worker = new Worker<BullJob, null>(queueName, (job) => runOne(run, job), {
    connection: client,
    prefix: queuePrefix,
    concurrency,
    lockDuration: life,
    stalledInterval: life,
    maxStalledCount: 0,
    removeOnComplete: { age: keptSeconds },
    removeOnFail: { age: keptSeconds },
  });
  worker.on('error', failed);
  // What the user wrote goes as it does with a job that ends well, also where a worker was lost: BullMQ removes a job only as others end.
  worker.on('failed', (job) => {
    const owner = ownerOf(job?.data);
    if (job === undefined || owner === null) return;
    write(() => job.updateData({ ...owner, request: null, ended: null })).catch(failed);
  });
  return {
    async close(graceMs) {
      const done = (await inTime(worker.close(), graceMs)) !== late;
      if (!done) await inTime(worker.close(true), Math.min(graceMs, goodbyeMs));
      client.destroy();
      return done;
    },
  };
}

/**
 * The end is written into the job's data and not returned: what is returned goes into the stream of events, too, which has no
 * end of its own. What is thrown is a code, without a message or a stack of anyone else.
 */
async function runOne(run: RunJob, job: Job<BullJob, null>): Promise<null> {
  try {
    const owner = ownerOf(job.data);
    if (owner === null) throw codeError('bad_argument');
    const ended = await run(owner, job.data.request);
    await write(() => job.updateData({ ...owner, request: null, ended }));
    return null;
  } catch (error) {
    throw error instanceof CodeError ? error : codeError('internal');
  }
}

async function write(once: () => Promise<unknown>): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    try {
      await once();
      return;
    } catch {
      if (tries === writeTries) throw codeError('queue_unavailable');
      await sleep(writePauseMs);
    }
  }
}

class CodeError extends Error {}

function codeError(code: 'bad_argument' | 'internal' | 'queue_unavailable'): CodeError {
  const error = new CodeError(code);
  error.stack = '';
  return error;
}
