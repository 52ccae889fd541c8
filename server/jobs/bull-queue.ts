/** Jobs for workers in other processes, through BullMQ. Nothing in Redis holds a key, sealed or not: there is no field for one. */
import { Queue } from 'bullmq';
import { VaultError } from '../../web/core/errors.ts';
import type { PlatformCore } from '../../web/core/platform.ts';
import {
  isErrorCode,
  maxEvents,
  orUnavailable,
  ownerOf,
  queueClient,
  queueName,
  queuePrefix,
  stalledReason,
  type BullJob,
  type QueueClient,
} from './bull.ts';
import { callOf } from './call.ts';
import { idPattern, keptSeconds, type JobQueue } from './queue.ts';
import { checkRequest, type JobPolicy, type JobState } from './request.ts';

export interface BullQueueOptions {
  readonly core: Pick<PlatformCore, 'jobRequests'>;
  /** QUEUE_REDIS_URL. */
  readonly url: string;
  /** Told of failures of the connection. */
  readonly failed: (error: unknown) => void;
}

export class BullQueue implements JobQueue {
  readonly #core: BullQueueOptions['core'];
  readonly #client: QueueClient;
  readonly #queue: Queue<BullJob>;

  constructor({ core, url, failed }: BullQueueOptions) {
    this.#core = core;
    this.#client = queueClient(url, 'fails_at_once');
    this.#queue = new Queue<BullJob>(queueName, {
      connection: this.#client,
      prefix: queuePrefix,
      streams: { events: { maxLen: maxEvents } },
      defaultJobOptions: {
        // A second attempt would bill a second time: only who submitted it may try again.
        attempts: 1,
        stackTraceLimit: 0,
        keepLogs: 0,
        removeOnComplete: { age: keptSeconds },
        removeOnFail: { age: keptSeconds },
      },
    });
    this.#queue.on('error', failed);
  }

  async submit(user: string, given: unknown, policy: JobPolicy): Promise<string> {
    const request = checkRequest(given);
    await callOf(this.#core, request);
    const id = crypto.randomUUID();
    const { credential, fallback } = policy;
    const data: BullJob = { user, policy: { credential, fallback }, request, ended: null };
    await orUnavailable(this.#client, () => this.#queue.add(request.kind, data, { jobId: id }));
    return id;
  }

  async state(user: string, id: string): Promise<JobState> {
    const job = idPattern.test(id)
      ? await orUnavailable(this.#client, () => this.#queue.getJob(id))
      : undefined;
    if (job === undefined || ownerOf(job.data)?.user !== user) throw new VaultError('job_unknown');
    if (job.finishedOn === undefined) return { state: 'waiting' };
    const { failedReason } = job;
    if (failedReason) return { state: 'failed', error: codeOfFailure(failedReason) };
    return job.data.ended ?? { state: 'failed', error: 'internal' };
  }

  async close(): Promise<void> {
    await this.#queue.close().catch(() => undefined);
    this.#client.destroy();
  }
}

function codeOfFailure(reason: string): NonNullable<JobState['error']> {
  if (reason === stalledReason) return 'worker_lost';
  return isErrorCode(reason) ? reason : 'internal';
}
