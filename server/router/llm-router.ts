/**
 * Takes a job to its answer: reads the user's key from the cache, calls the provider, waits, falls back to the platform's
 * key. What comes next is never decided here: the core's route is asked at each step (web/core/route.ts), and this does
 * what it says. A key is in clear from the read of the cache to the end of the one call that it is read for.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { VaultError, type VaultErrorCode } from '../../web/core/errors.ts';
import type { PlatformCore } from '../../web/core/platform.ts';
import type { Receipt, RouteEvent, RoutePolicy, RouteStep } from '../../web/core/route.ts';
import type { ByokCache, CacheRead } from '../cache/cache.ts';
import { callProvider, type JobCall, type JobCallOptions, type JobReply } from '../provider-call.ts';
import type { Telemetry } from '../telemetry/telemetry.ts';
import type { ServerKeys } from './server-keys.ts';

/** One call with the platform's own key. */
export interface ServerKeyUse {
  readonly user: string;
  readonly provider: string;
}

export interface LlmRouterOptions {
  readonly core: Pick<PlatformCore, 'route' | 'jobRequests' | 'readAnswer' | 'redact'>;
  readonly cache: Pick<ByokCache, 'get' | 'drop'>;
  readonly serverKeys: ServerKeys;
  readonly telemetry: Pick<Telemetry, 'fellBack' | 'calledWithServerKey' | 'providerError'>;
  /**
   * Told before each call with the platform's own key, whatever comes of it: such a call is metered as the platform's own, also
   * in a job that asked for the user's key. Asked for, and not left to be remembered: what is not metered is paid by no one.
   */
  readonly metered: (use: ServerKeyUse) => void;
  readonly reroute?: JobCallOptions['reroute'];
  readonly patience?: JobCallOptions['patience'];
  /** Milliseconds. */
  readonly wait?: ((ms: number) => Promise<unknown>) | undefined;
}

export interface RoutedJob {
  readonly user: string;
  readonly policy: Pick<RoutePolicy, 'credential' | 'fallback'>;
  readonly call: JobCall;
  /** Told the text as it is streamed; after its first piece no other call is made. */
  readonly onText?: ((text: string) => void) | undefined;
}

export type RoutedAnswer =
  | { readonly outcome: 'served'; readonly text: string; readonly receipt: Receipt }
  | {
      /** `refused`: the policy left no key to call with. `failed`: the provider's answer is no answer to the job. */
      readonly outcome: 'refused' | 'failed';
      readonly error: VaultErrorCode;
      readonly receipt: Receipt;
    };

export class LlmRouter {
  readonly #options: LlmRouterOptions;

  constructor(options: LlmRouterOptions) {
    this.#options = options;
  }

  /** @throws VaultError key_bad_character, unknown_provider; all else is an answer. */
  async run(job: RoutedJob): Promise<RoutedAnswer> {
    const { core, serverKeys, wait = sleep } = this.#options;
    const { provider } = job.call;
    const policy: RoutePolicy = { ...job.policy, serverKey: serverKeys.get(provider) !== undefined };
    const events: RouteEvent[] = [];
    let reply: JobReply | null = null;
    let sealId: string | null = null;
    for (;;) {
      const step = core.route(policy, events);
      if (step.dropCached && sealId !== null) await this.#drop(job.user, provider, sealId);
      if (step.wait > 0) await wait(step.wait * 1000);
      switch (step.action) {
        case 'read_cache': {
          const read = await this.#read(job.user, provider);
          if (read.kind !== 'hit') {
            events.push({ cache: read.kind });
            break;
          }
          try {
            ({ sealId } = read);
            events.push({ cache: 'hit', sealId });
            if (core.route(policy, events).action !== 'call_user') throw new VaultError('internal');
            reply = await this.#call(job, read.key);
          } finally {
            read.key.fill(0);
          }
          events.push(eventOf(reply));
          break;
        }
        case 'call_server':
          reply = await this.#callServer(job, step.receipt);
          events.push(eventOf(reply));
          break;
        case 'give_answer':
          return answerOf(reply, step);
        case 'refuse':
          return { outcome: 'refused', error: step.refusal ?? 'internal', receipt: step.receipt };
        case 'call_user':
          // Follows a hit alone, where it is done while the key is at hand.
          throw new VaultError('internal');
      }
    }
  }

  /** A cache that fails in any way is one that does not answer. */
  async #read(user: string, provider: string): Promise<CacheRead> {
    try {
      return await this.#options.cache.get(user, provider);
    } catch {
      return { kind: 'unavailable' };
    }
  }

  /** Where it can't be removed, the key's end does it. */
  async #drop(user: string, provider: string, sealId: string): Promise<void> {
    await this.#options.cache.drop(user, provider, sealId).catch(() => undefined);
  }

  /** Never silently: counted, and the receipt says so. */
  async #callServer(job: RoutedJob, receipt: Receipt): Promise<JobReply> {
    const { serverKeys, telemetry, metered } = this.#options;
    const { provider } = job.call;
    const key = serverKeys.get(provider);
    if (key === undefined) throw new VaultError('internal');
    if (job.policy.credential === 'user') telemetry.fellBack(job.user, provider, receipt.reason);
    telemetry.calledWithServerKey(provider);
    metered({ user: job.user, provider });
    return await this.#call(job, key);
  }

  async #call({ call, onText }: RoutedJob, key: Uint8Array): Promise<JobReply> {
    const { core, reroute, patience, telemetry } = this.#options;
    const reply = await callProvider(core, call, key, { reroute, patience, onText });
    if (reply.verdict !== 'valid') telemetry.providerError(call.provider, reply.verdict);
    return reply;
  }
}

function eventOf({ verdict, streamed, retryAfter }: JobReply): RouteEvent {
  return { verdict, streamed, ...(retryAfter === null ? {} : { retryAfter }) };
}

function answerOf(reply: JobReply | null, { receipt }: RouteStep): RoutedAnswer {
  const text = reply?.text ?? null;
  if (text !== null) return { outcome: 'served', text, receipt };
  const error = reply?.verdict === 'unknown' && !reply.streamed ? 'request_refused' : 'provider_failed';
  return { outcome: 'failed', error, receipt };
}
