/** What this app says about a refusal, and about whose key answered. The codes are the table's (core/errors.ts). */
import type { Receipt } from '../core/route.ts';
import { routeReasons } from '../panel/words.ts';

const refusals: Readonly<Record<string, (provider: string) => string>> = {
  user_declined: () => 'You declined, so no key was sealed.',
  app_not_allowed: () => 'You revoked this app’s permission to use your keys.',
  locked: () => 'The vault was locked. Unlock it and try again.',
  rate_limited: () => 'That was too often in a short time. Try again in a minute.',
  no_key: (provider) => `The vault has no key for ${provider}. Add one above.`,
  not_offered: () => 'This platform does not use keys of your own at present.',
  user_unconfirmed: () => 'Confirm in the vault whom your keys may be used for.',
  platform_unreachable: () => 'The platform did not answer. Check your connection and try again.',
  platform_refused: () => 'The platform refused this. Try again later.',
  worker_failed: () => 'The vault could not be loaded. Reload the page.',
  clock: () => 'The platform refused the sealed key because of its clock. Try again.',
  expired: () => 'The sealed key was too old when it arrived. Try again.',
  key_cleared: () =>
    'The vault was locked meanwhile, so the key that was sealed before is not used. Try again.',
  sealed_key_refused: () => 'The platform could not open the sealed key. Try again.',
  no_api_key: (provider) => `No API key available for provider ${provider}.`,
  user_key_missing: (provider) =>
    `This job may use your ${provider} key alone, and the platform no longer had it. Try again.`,
  cache_unavailable: (provider) =>
    `This job may use your ${provider} key alone, and the platform can’t read it at the moment. Try again later.`,
  user_key_failed: (provider) => `This job may use your ${provider} key alone, and it did not serve.`,
  request_refused: (provider) => `${provider} refused this question. It says nothing about your key.`,
  provider_failed: (provider) => `${provider} could not answer. Try again later.`,
  worker_lost: () =>
    'The worker of this job was lost. It may have asked already, so it is not repeated by itself: try again if you want.',
  queue_unavailable: () => 'Jobs can’t be taken at the moment. Try again later.',
  job_unknown: () => 'The answer of this job is gone. Try again.',
  not_allowed: () => 'You are not signed in. Reload the page.',
  network: () => 'This app’s server did not answer. Check your connection and try again.',
  no_answer: () => 'There is no answer yet. The job may still end; its receipt is then shown in the vault.',
};

/** @param provider by its name; left out where a refusal is about none. */
export function refusalText(code: string, provider = 'this provider'): string {
  return Object.hasOwn(refusals, code) ? (refusals[code]?.(provider) ?? '') : `This was refused (${code}).`;
}

/** @param answered whether there is an answer: without one, only what kept the user's key from serving is said. */
export function receiptText({ credential, reason }: Receipt, provider: string, answered = true): string {
  const own = credential === 'user';
  if (own && answered) return `Answered with your ${provider} key.`;
  if (reason === 'as_asked') return 'Answered with the platform’s key.';
  const why = Object.hasOwn(routeReasons, reason)
    ? routeReasons[reason](provider)
    : `Your ${provider} key did not serve`;
  return answered ? `${why}; the platform’s key was used.` : `${why}.`;
}
