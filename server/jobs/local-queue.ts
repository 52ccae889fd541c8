/** Jobs of a server that stands alone: they wait, run and are remembered in this process, and end with it. */
import { VaultError } from '../../web/core/errors.ts';
import type { PlatformCore } from '../../web/core/platform.ts';
import { callOf } from './call.ts';
import { inTime } from './in-time.ts';
import { concurrency, keptSeconds, type JobQueue } from './queue.ts';
import { checkRequest, type JobRequest, type JobState } from './request.ts';
import type { JobOwner, RunJob } from './run.ts';

/** Jobs that are remembered, ended ones included. */
const maxJobs = 1000;

interface Job {
  readonly owner: JobOwner;
  /** null once it was run. */
  request: JobRequest | null;
  state: JobState;
  /** When it ended, by a clock that no one sets. */
  ended: number | null;
}

export interface LocalQueueOptions {
  readonly core: Pick<PlatformCore, 'jobRequests'>;
  readonly run: RunJob;
  /** Milliseconds of a clock that no one sets. */
  readonly elapsed?: () => number;
}

export class LocalQueue implements JobQueue {
  readonly #options: LocalQueueOptions;
  readonly #jobs = new Map<string, Job>();
  readonly #waiting: Job[] = [];
  readonly #running = new Set<Promise<void>>();
  #closed = false;

  constructor(options: LocalQueueOptions) {
    this.#options = options;
  }

  async submit(user: string, given: unknown, policy: JobOwner['policy']): Promise<string> {
    const request = checkRequest(given);
    await callOf(this.#options.core, request);
    this.#forget();
    if (this.#closed || this.#jobs.size >= maxJobs) throw new VaultError('queue_unavailable');
    const id = crypto.randomUUID();
    const job: Job = { owner: { user, policy }, request, state: { state: 'waiting' }, ended: null };
    this.#jobs.set(id, job);
    this.#waiting.push(job);
    this.#runNext();
    return id;
  }

  state(user: string, id: string): Promise<JobState> {
    this.#forget();
    const job = this.#jobs.get(id);
    return job?.owner.user === user
      ? Promise.resolve(job.state)
      : Promise.reject(new VaultError('job_unknown'));
  }

  async close(graceMs: number): Promise<void> {
    this.#closed = true;
    this.#waiting.length = 0;
    await inTime(Promise.all(this.#running), graceMs);
  }

  #runNext(): void {
    while (this.#running.size < concurrency) {
      const job = this.#waiting.shift();
      if (job === undefined) return;
      const running = this.#run(job).finally(() => {
        this.#running.delete(running);
        this.#runNext();
      });
      this.#running.add(running);
    }
  }

  async #run(job: Job): Promise<void> {
    job.state = await this.#options.run(job.owner, job.request);
    job.request = null;
    job.ended = this.#elapsed();
  }

  /** Jobs that ended too long ago. */
  #forget(): void {
    const before = this.#elapsed() - keptSeconds * 1000;
    for (const [id, { ended }] of this.#jobs) if (ended !== null && ended < before) this.#jobs.delete(id);
  }

  #elapsed(): number {
    return this.#options.elapsed?.() ?? performance.now();
  }
}
