/** Someone whose vault seals keys and whose app submits jobs, through nginx. All that is answered is kept. */
import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { ask, valuesOf, type Reply } from '../deploy/nginx/ask.ts';
import type { JobPolicy, JobState } from '../server/jobs/request.ts';
import { sealForPlatform, type SealRequest } from '../server/testing/seal.ts';
import type { ProviderCall } from './providers.ts';
import { hosts, type Stack } from './stack.ts';

type Json = Record<string, unknown>;

export const userFirst: JobPolicy = { credential: 'user', fallback: 'server' };
export const userOnly: JobPolicy = { credential: 'user', fallback: 'never' };
export const serverOnly: JobPolicy = { credential: 'server', fallback: 'server' };

/** What the API answered: what a procedure gave, or the code of its refusal. */
export interface Answer {
  readonly status: number;
  readonly data: Json | null;
  readonly error: string | null;
}

/** A job that was submitted, and what became of it. */
export interface EndedJob {
  readonly state: JobState;
  /** The provider's calls that came of it. */
  readonly calls: readonly ProviderCall[];
}

let marks = 0;

export class Visitor {
  readonly #stack: Stack;
  #cookie = '';
  id = '';

  constructor(stack: Stack) {
    this.#stack = stack;
  }

  static async arrive(stack: Stack): Promise<Visitor> {
    const visitor = new Visitor(stack);
    const { data } = await visitor.call('whoami');
    visitor.id = String(data?.['id']);
    return visitor;
  }

  /** @param body a mutation's input. Without one, a query. */
  async call(procedure: string, body?: unknown, headers: Record<string, string> = {}): Promise<Answer> {
    const reply = await this.send({
      path: `/byok/${procedure}`,
      headers: { 'content-type': 'application/json', ...headers },
      ...(body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) }),
    });
    let json: Json = {};
    try {
      json = JSON.parse(reply.body) as Json;
    } catch {
      // A refusal of nginx's own.
    }
    const { result, error } = json as { result?: { data: Json }; error?: { message: string } };
    return { status: reply.status, data: result?.data ?? null, error: error?.message ?? null };
  }

  async send(request: Omit<Parameters<typeof ask>[1], 'host'>): Promise<Reply> {
    const { app, vault } = hosts;
    const host = request.path === '/byok/cacheByokKeys' ? app : vault;
    const reply = await ask(this.#stack.nginx, {
      ...request,
      host,
      headers: { cookie: this.#cookie, ...request.headers },
    });
    // A page asked for over plain HTTP is sent on to its place under HTTPS: that address is the one that was asked for.
    const told = reply.headers.filter(([name]) => !(request.plain === true && name === 'location'));
    this.#stack.replies.push(JSON.stringify(told) + reply.body);
    this.#cookie = valuesOf(reply, 'set-cookie')[0]?.split(';', 1)[0] ?? this.#cookie;
    return reply;
  }

  /** @returns what stands for a key in a header. */
  async seal(request: Omit<SealRequest, 'platform' | 'user'> & { user?: string }): Promise<string> {
    if (this.#stack.unsealed) return String(request.key);
    const { data } = await this.call('platformKey');
    const platform = Buffer.from(String(data?.['key']), 'base64url');
    return Buffer.from(await sealForPlatform({ platform, user: this.id, ...request })).toString('base64url');
  }

  async test(provider: string, key: string): Promise<Answer> {
    const sealed = await this.seal({ provider, key, purpose: 'test' });
    return await this.call('testByokKey', { provider }, { 'x-byok-key': sealed });
  }

  /** @param life of the keys, in milliseconds. */
  async cache(keys: Readonly<Record<string, string>>, life = 300_000): Promise<Answer> {
    const sealed: [string, string][] = [];
    for (const [provider, key] of Object.entries(keys))
      sealed.push([provider, await this.seal({ provider, key, purpose: 'job', life })]);
    return await this.cacheSealed(Object.fromEntries(sealed));
  }

  async cacheSealed(sealed: Readonly<Record<string, string>>): Promise<Answer> {
    return await this.call('cacheByokKeys', {}, { 'x-byok-keys': JSON.stringify(sealed) });
  }

  /** Submits a job. @returns what waits for its end, and checks on whose key the provider was called with. */
  async submit(
    provider: string,
    policy: JobPolicy,
    how: 'whole' | 'stream' | 'speech' = 'whole',
  ): Promise<(seconds: number) => Promise<EndedJob>> {
    const { queue, providers, states } = this.#stack;
    const mark = `mark-${(marks += 1).toString(36)}z`;
    const request =
      how === 'speech'
        ? {
            kind: 'transcribe',
            provider,
            audio: Buffer.from(`RIFF ${mark}`).toString('base64'),
            name: 'a.wav',
          }
        : {
            kind: 'chat',
            provider,
            messages: [{ role: 'user', text: `Say ${mark}` }],
            stream: how === 'stream',
          };
    const id = await queue.submit(this.id, request, policy);
    return async (seconds) => {
      const end = performance.now() + seconds * 1000;
      for (;;) {
        const state = await queue.state(this.id, id).catch(() => null);
        if (state !== null && state.state !== 'waiting') {
          states.push(JSON.stringify(state));
          return { state, calls: providers.calls.filter((call) => call.mark === mark) };
        }
        assert.ok(performance.now() < end, `a job has not ended after ${String(seconds)} s`);
        await sleep(50);
      }
    };
  }

  async run(...job: Parameters<Visitor['submit']>): Promise<EndedJob> {
    return await (
      await this.submit(...job)
    )(30);
  }
}

/** The job was served, with this key, and the receipt says whose it is. */
export function assertServed(
  { state, calls }: EndedJob,
  whose: 'user' | 'server',
  key: string,
  reason?: string,
): void {
  assert.equal(state.state, 'done', JSON.stringify(state));
  assert.equal(state.receipt?.credential, whose);
  if (reason !== undefined) assert.equal(state.receipt.reason, reason);
  assert.ok(calls.at(-1)?.key === key, 'another key than this one served');
}

export function assertRefused({ state, calls }: EndedJob, error: string, mostCalls = 0): void {
  assert.deepEqual([state.state, state.error], ['failed', error]);
  assert.ok(calls.length <= mostCalls, `${String(calls.length)} calls`);
}
