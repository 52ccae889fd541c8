/** The queue that an app submits jobs to, wherever they run: in this process (local-queue.ts) or in a platform's own workers. */
import type { JobPolicy, JobState } from './request.ts';

export interface JobQueue {
  /**
   * @param request a JobRequest; checked here, and again where it is run.
   * @param policy whose key it may use, from the session.
   * @returns the job's id, which nobody can guess.
   * @throws VaultError bad_argument, unknown_provider; queue_unavailable where it was not submitted.
   */
  submit(user: string, request: unknown, policy: JobPolicy): Promise<string>;
  /** @throws VaultError job_unknown for what is not this user's job; queue_unavailable. */
  state(user: string, id: string): Promise<JobState>;
  /** Ends what can be ended within `graceMs`. */
  close(graceMs: number): Promise<void>;
}

/** How long a job that has ended can be asked about, in seconds. */
export const keptSeconds = 60 * 60;

/** Jobs that a worker runs at a time: they wait for their providers nearly all of it. */
export const concurrency = 16;

export const idPattern = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
