/**
 * The one module in which JavaScript sees a provider key. It opens the sealed key, calls the provider, and hands back a
 * verdict: a word of a closed list. Nothing of what was thrown or answered passes out of here, because both can hold
 * the key: fetch quotes a header value that it refuses, and providers echo keys in their errors (E34).
 */
import { VaultError } from '../web/core/errors.ts';
import type { Verdict } from '../web/core/types.ts';
import type { Core } from './core.ts';

/** How much of an answer is read: kMaxAnswerBytes of include/byok/provider_answer.h. */
const maxAnswerBytes = 512 * 1024;

/** Milliseconds for the whole call, body included (E30). */
const callMs = 5_000;

export interface SealedKeyCall {
  readonly sealed: Uint8Array;
  readonly user: string;
  readonly provider: string;
  /** Milliseconds since 1970. */
  readonly now: number;
}

export interface ProviderCallOptions {
  /** Where a request of the catalogue really goes: the sandbox's stand-ins. Without it, where the catalogue says. */
  readonly reroute?: ((url: string) => string) | undefined;
  /** Asked with a keyed hash of the key before anything is sent. */
  readonly admit: (keyTag: string) => boolean;
}

interface Answer {
  readonly status: number;
  readonly body: Uint8Array;
  readonly truncated: boolean;
}

/**
 * Opens a key that was sealed for a test and asks its provider about it.
 * @throws VaultError sealed_key_refused, clock, expired, unknown_provider; rate_limited where `admit` says no.
 */
export async function testSealedKey(
  core: Core,
  call: SealedKeyCall,
  options: ProviderCallOptions,
): Promise<Verdict> {
  const { sealed, user, provider, now } = call;
  const { key } = core.openSealed(sealed, { user, provider, purpose: 'test', now });
  let answer: Answer | null = null;
  try {
    if (!isVisibleAscii(key)) throw new VaultError('key_bad_character');
    if (!options.admit(core.tag('key', key))) throw new VaultError('rate_limited');
    answer = await ask(core.testRequest(provider), key, options.reroute);
    return answer === null ? 'unreachable' : core.readAnswer(provider, answer, key);
  } finally {
    key.fill(0);
    answer?.body.fill(0);
  }
}

/** @returns null where there is no answer: DNS, TCP, TLS, reset, redirect, or out of time. */
async function ask(
  request: ReturnType<Core['testRequest']>,
  key: Uint8Array,
  reroute: ProviderCallOptions['reroute'],
): Promise<Answer | null> {
  const signal = AbortSignal.timeout(callMs);
  try {
    const response = await fetch(reroute ? reroute(request.url) : request.url, {
      method: request.method,
      headers: [
        // A small compressed answer could unfold into a large one.
        ['accept-encoding', 'identity'],
        ['user-agent', 'byok-vault'],
        ...request.headers.map(({ name, value, carriesKey }): [string, string] => [
          name,
          carriesKey ? value + new TextDecoder().decode(key) : value,
        ]),
      ],
      // Following one would carry x-api-key and x-goog-api-key to whatever host it names.
      redirect: 'error',
      signal,
    });
    return { status: response.status, ...(await readBounded(response)) };
  } catch {
    return null;
  }
}

/** Reads at most {@link maxAnswerBytes} and hangs up on the rest. What was read before a line broke is wiped: it may echo the key. */
async function readBounded(response: Response): Promise<{ body: Uint8Array; truncated: boolean }> {
  const buffer = new Uint8Array(maxAnswerBytes);
  let length = 0;
  const reader = response.body?.getReader();
  try {
    for (;;) {
      const chunk = await reader?.read();
      if (chunk === undefined || chunk.done) return { body: buffer.subarray(0, length), truncated: false };
      const bytes = chunk.value;
      const room = maxAnswerBytes - length;
      buffer.set(bytes.subarray(0, room), length);
      length += Math.min(bytes.length, room);
      const over = bytes.length > room;
      bytes.fill(0);
      if (over) {
        await reader?.cancel();
        return { body: buffer, truncated: true };
      }
    }
  } catch (error) {
    buffer.fill(0);
    throw error;
  }
}

/** What may stand in a header. The core refuses anything else at sealing and at opening; fetch would quote it (E29). */
function isVisibleAscii(key: Uint8Array): boolean {
  return key.length > 0 && key.every((byte) => byte > 0x20 && byte < 0x7f);
}
