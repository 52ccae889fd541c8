/** How long a provider asks to wait, in the three ways that they say it. Whether anyone waits so long, the core decides. */

/** A day: beyond it a number tells nothing more. */
const maxSeconds = 24 * 60 * 60;

/**
 * @param now milliseconds since 1970.
 * @returns whole seconds, rounded up, 0 to a day; null where the provider named no time, or none that can be read.
 */
export function retryAfterOf(headers: Pick<Headers, 'get'>, now: number): number | null {
  // Not a standard header, but the finer one, which the official clients of OpenAI and Anthropic look at first.
  const fine = secondsOf(headers.get('retry-after-ms'), 1000);
  return fine ?? secondsOf(headers.get('retry-after'), 1) ?? untilDate(headers.get('retry-after'), now);
}

function secondsOf(value: string | null, perSecond: number): number | null {
  if (value === null || !/^\d{1,12}(\.\d{1,6})?$/.test(value)) return null;
  return bounded(Number(value) / perSecond);
}

/** `Wed, 21 Oct 2026 07:28:00 GMT` of RFC 9110, and no other of the many texts that Date reads. */
function untilDate(value: string | null, now: number): number | null {
  if (value === null || !/^[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$/.test(value))
    return null;
  const at = Date.parse(value);
  return Number.isNaN(at) ? null : bounded((at - now) / 1000);
}

function bounded(seconds: number): number {
  return Math.min(maxSeconds, Math.max(0, Math.ceil(seconds)));
}
