/** What people are told of a job: of its refusal, and of a receipt that is not what they asked for. */
import type { VaultErrorCode } from '../../web/core/errors.ts';

const words: Partial<Record<VaultErrorCode, (provider: string) => string>> = {
  no_api_key: (provider) => `No API key available for provider ${provider}`,
  user_key_missing: (provider) => `Your ${provider} key was not available, and this job may use no other`,
  user_key_failed: (provider) => `Your ${provider} key was refused, and this job may use no other`,
  cache_unavailable: (provider) =>
    `Your ${provider} key could not be read just now, and this job may use no other`,
  request_refused: (provider) => `${provider} did not accept this request`,
  provider_failed: (provider) => `${provider} gave no answer`,
  worker_lost: () => 'The job was interrupted and is not tried again by itself',
  queue_unavailable: () => 'Jobs are not taken on just now',
  job_unknown: () => 'There is no such job, or not any more',
};

/** @param provider as people read it: "OpenAI". */
export function wordsForJobError(error: VaultErrorCode, provider: string): string {
  return words[error]?.(provider) ?? 'The job failed';
}
