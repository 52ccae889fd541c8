/**
 * The one module that calls a provider, and in which a provider key is put to use. What comes out is a verdict, a word of a
 * closed list, and the text of an answer that served. Nothing of what was thrown or answered otherwise passes out of
 * here, because both can hold the key: fetch quotes a header value that it refuses, and providers echo keys in their errors (E34).
 */
import { VaultError } from '../web/core/errors.ts';
import type { PlatformCore } from '../web/core/platform.ts';
import type { Verdict } from '../web/core/types.ts';
import type { Core } from './core.ts';
import { AnswerText, TextTooLong } from './provider/answer-text.ts';
import { readBounded, type BoundedBody } from './provider/bounded-body.ts';
import { eventsOf, StreamTooLong } from './provider/events.ts';
import { jobPatience, startPatience, type Patience, type PatienceSettings } from './provider/patience.ts';
import { retryAfterOf } from './provider/retry-after.ts';

/** How much is read of an answer that gives a verdict: kMaxAnswerBytes of include/byok/provider_answer.h. */
const maxVerdictBytes = 512 * 1024;

/** How much is read of an answer that serves a job: JSON around a text that is shorter (provider/answer-text.ts). */
const maxServedBytes = 1024 * 1024;

/** A test of a key has an answer of one page, or none worth waiting for (E30). */
const testPatience: PatienceSettings = { totalMs: 5_000, silenceMs: 5_000 };

export interface SealedKeyCall {
  readonly sealed: Uint8Array;
  readonly user: string;
  readonly provider: string;
  /** Milliseconds since 1970. */
  readonly now: number;
}

/** Where a request of the catalogue really goes: the sandbox's stand-ins. Without it, where the catalogue says. */
export type Reroute = ((url: string) => string) | undefined;

export interface ProviderCallOptions {
  readonly reroute?: Reroute;
  /** Asked with a keyed hash of the key before anything is sent. */
  readonly admit: (keyTag: string) => boolean | Promise<boolean>;
}

/** What one event of a stream adds to the text; `end` where the answer is complete with it. */
export interface Piece {
  readonly text: string;
  readonly end: boolean;
}

/** A job's request, to which only the key is missing. */
export interface JobCall {
  readonly provider: string;
  /** Of the core's catalogue: no key is sent to any other host. */
  readonly url: string;
  readonly contentType: string;
  readonly body: Uint8Array;
  /** @returns the text of a whole answer; null for what is no answer of this provider. */
  readonly readWhole: (json: unknown) => string | null;
  /** Given where the answer is streamed. @returns null for an event that says that there will be no answer. */
  readonly readEvent?: (data: string) => Piece | null;
}

export interface JobCallOptions {
  readonly reroute?: Reroute;
  readonly patience?: PatienceSettings | undefined;
  /** Told the text as it is streamed. */
  readonly onText?: ((text: string) => void) | undefined;
  /** Milliseconds since 1970. */
  readonly now?: (() => number) | undefined;
}

export interface JobReply {
  /** `valid`: served, with `text`. */
  readonly verdict: Verdict;
  /** A first piece of a streamed text has come in, and may have been passed on. */
  readonly streamed: boolean;
  /** Whole seconds; null where the provider named no time. */
  readonly retryAfter: number | null;
  readonly text: string | null;
}

type JobCore = Pick<PlatformCore, 'jobRequests' | 'readAnswer' | 'redact'>;

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
  const patience = startPatience(testPatience);
  try {
    if (!isVisibleAscii(key)) throw new VaultError('key_bad_character');
    if (!(await options.admit(core.tag('key', key)))) throw new VaultError('rate_limited');
    const { url, ...request } = core.testRequest(provider);
    const response = await send({ url, reroute: options.reroute, ...request }, key, patience.signal);
    return response === null ? 'unreachable' : await readVerdict(core, provider, response, key);
  } finally {
    patience.end();
    key.fill(0);
  }
}

/**
 * Sends a job's request with a key and reads the answer.
 * @param key which the caller fills with 0.
 * @throws VaultError key_bad_character, unknown_provider; whatever the provider does is a reply.
 */
export async function callProvider(
  core: JobCore,
  call: JobCall,
  key: Uint8Array,
  options: JobCallOptions = {},
): Promise<JobReply> {
  if (!isVisibleAscii(key)) throw new VaultError('key_bad_character');
  const { provider, url, contentType, body } = call;
  const { reroute, onText = null, now = Date.now } = options;
  const headers = [
    ...core.jobRequests(provider).headers,
    { name: 'content-type', value: contentType, carriesKey: false },
  ];
  const patience = startPatience(options.patience ?? jobPatience);
  try {
    const response = await send({ url, reroute, method: 'POST', headers, body }, key, patience.signal);
    if (response === null) return noText('unreachable');
    if (response.status !== 200) {
      const retryAfter = retryAfterOf(response.headers, now());
      return { ...noText(await readVerdict(core, provider, response, key)), retryAfter };
    }
    patience.moved();
    const text = new AnswerText(core, key, onText);
    return call.readEvent === undefined
      ? await readWhole(response, call.readWhole, text)
      : await readStream(response, call.readEvent, text, patience);
  } finally {
    patience.end();
  }
}

function noText(verdict: Verdict, streamed = false): JobReply {
  return { verdict, streamed, retryAfter: null, text: null };
}

interface Outgoing {
  readonly url: string;
  readonly reroute: Reroute;
  readonly method: string;
  readonly headers: ReturnType<Core['testRequest']>['headers'];
  readonly body?: Uint8Array;
}

/** @returns null where there is no answer: DNS, TCP, TLS, reset, redirect, or out of time. */
async function send(
  { url, reroute, method, headers, body }: Outgoing,
  key: Uint8Array,
  signal: AbortSignal,
): Promise<Response | null> {
  try {
    return await fetch(reroute ? reroute(url) : url, {
      method,
      headers: [
        // A small compressed answer could unfold into a large one.
        ['accept-encoding', 'identity'],
        ['user-agent', 'byok-vault'],
        ...headers.map(({ name, value, carriesKey }): [string, string] => [
          name,
          carriesKey ? value + new TextDecoder().decode(key) : value,
        ]),
      ],
      ...(body === undefined ? {} : { body: new Uint8Array(body) }),
      // Following one would carry x-api-key and x-goog-api-key to whatever host it names.
      redirect: 'error',
      signal,
    });
  } catch {
    return null;
  }
}

/** What an answer says about the key. */
async function readVerdict(
  core: Pick<Core, 'readAnswer'>,
  provider: string,
  response: Response,
  key: Uint8Array,
): Promise<Verdict> {
  let body: BoundedBody | null = null;
  try {
    body = await readBounded(response, maxVerdictBytes);
    const { bytes, truncated } = body;
    return core.readAnswer(provider, { status: response.status, body: bytes, truncated }, key);
  } catch (error) {
    if (error instanceof VaultError) throw error;
    return 'unreachable';
  } finally {
    body?.bytes.fill(0);
  }
}

/** A 200 that is not what the provider sends comes from something in between, and says nothing about the key (E30). */
async function readWhole(
  response: Response,
  read: JobCall['readWhole'],
  text: AnswerText,
): Promise<JobReply> {
  let body: BoundedBody | null = null;
  try {
    body = await readBounded(response, maxServedBytes);
    if (body.truncated) return noText('unknown');
    const found = read(jsonOf(new TextDecoder().decode(body.bytes)));
    if (found === null) return noText('provider_down');
    text.add(found);
    return { ...noText('valid'), text: text.end() };
  } catch (error) {
    return noText(error instanceof TextTooLong ? 'unknown' : 'unreachable');
  } finally {
    body?.bytes.fill(0);
  }
}

/** What breaks off before its end has not served, and is not asked for again once a first piece came in. */
async function readStream(
  response: Response,
  read: NonNullable<JobCall['readEvent']>,
  text: AnswerText,
  { moved }: Patience,
): Promise<JobReply> {
  if (response.body === null) return noText('provider_down');
  let events = 0;
  try {
    for await (const data of eventsOf(response.body, moved)) {
      const piece = read(data);
      if (piece === null) return noText('provider_down', text.started);
      events += 1;
      text.add(piece.text);
      if (piece.end) return { ...noText('valid', text.started), text: text.end() };
    }
    return noText(events === 0 ? 'provider_down' : 'unreachable', text.started);
  } catch (error) {
    const tooLong = error instanceof TextTooLong || error instanceof StreamTooLong;
    return noText(tooLong ? 'unknown' : 'unreachable', text.started);
  }
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** What may stand in a header. The core refuses anything else at sealing and at opening; fetch would quote it (E29). */
function isVisibleAscii(key: Uint8Array): boolean {
  return key.length > 0 && key.every((byte) => byte > 0x20 && byte < 0x7f);
}
