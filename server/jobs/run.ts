/** One job from its request to its end: checked, counted, routed, and its receipt kept. */
import { VaultError } from '../../web/core/errors.ts';
import type { PlatformCore } from '../../web/core/platform.ts';
import type { Receipts } from '../receipts/receipts.ts';
import type { LlmRouter } from '../router/llm-router.ts';
import type { Telemetry } from '../telemetry/telemetry.ts';
import { callOf } from './call.ts';
import { checkRequest, type JobPolicy, type JobState } from './request.ts';

export interface JobRunnerOptions {
  readonly core: Pick<PlatformCore, 'jobRequests'>;
  readonly router: Pick<LlmRouter, 'run'>;
  readonly receipts: Pick<Receipts, 'add'>;
  readonly telemetry: Pick<Telemetry, 'requested'>;
  /** Milliseconds since 1970. */
  readonly now?: (() => number) | undefined;
}

/** Whose the job is, and whose key it may use: all three are the platform's to say. */
export interface JobOwner {
  readonly user: string;
  readonly policy: JobPolicy;
}

export type RunJob = (
  owner: JobOwner,
  request: unknown,
  onText?: (text: string) => void,
) => Promise<JobState>;

/** @returns what runs a job and never rejects: whatever goes wrong is a code of the one table. */
export function makeRunner(options: JobRunnerOptions): RunJob {
  const { core, router, receipts, telemetry, now = Date.now } = options;

  async function run(
    { user, policy }: JobOwner,
    given: unknown,
    onText?: (text: string) => void,
  ): Promise<JobState> {
    const request = checkRequest(given);
    const call = await callOf(core, request);
    telemetry.requested(request.provider, policy.credential);
    const answer = await router.run({ user, policy, call, onText });
    const { receipt, outcome } = answer;
    // The answer is there: a receipt that can't be kept does not take it away.
    await receipts
      .add(user, { ...receipt, at: now(), provider: request.provider, job: request.kind, outcome })
      .catch(() => undefined);
    return answer.outcome === 'served'
      ? { state: 'done', text: answer.text, receipt }
      : { state: 'failed', error: answer.error, receipt };
  }

  return async (owner, request, onText) => {
    try {
      return await run(owner, request, onText);
    } catch (error) {
      return { state: 'failed', error: error instanceof VaultError ? error.code : 'internal' };
    }
  };
}
