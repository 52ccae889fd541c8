/**
 * Calls of the platform's procedures as tRPC has them on the wire, typed by its router. That library's own client would be half of
 * what an app loads of the vault.
 */
import type { inferRouterInputs, inferRouterOutputs } from '@trpc/server';
import type { AppRouter } from '../../server/router.ts';

type Inputs = inferRouterInputs<AppRouter>;
type Outputs = inferRouterOutputs<AppRouter>;
type Query = 'platformKey' | 'whoami' | 'receipts';
type Mutation = Exclude<keyof Outputs, Query>;

/** The platform's answer is a refusal; what it said is in `code`, and may be anything. */
export class Refusal extends Error {
  readonly code: unknown;

  constructor(code: unknown) {
    super('refused');
    this.code = code;
  }
}

export interface MutationOptions {
  /** Goes on when the document ends. */
  readonly keepalive?: boolean;
  /** Of the header X-BYOK-Key. */
  readonly sealed?: string;
}

export class Procedures {
  readonly #api: string;

  /** @param api the folder of the procedures. */
  constructor(api: URL) {
    this.#api = api.href.replace(/\/?$/, '/');
  }

  /** @throws Refusal, or whatever keeps a request from its answer. */
  async query<K extends Query>(name: K, signal: AbortSignal): Promise<Outputs[K]> {
    return (await this.#call(name, { signal })) as Outputs[K];
  }

  /** @throws as {@link query}. */
  async mutate<K extends Mutation>(
    name: K,
    input: Inputs[K],
    signal: AbortSignal,
    { keepalive = false, sealed }: MutationOptions = {},
  ): Promise<Outputs[K]> {
    const headers = {
      'Content-Type': 'application/json',
      ...(sealed === undefined ? {} : { 'X-BYOK-Key': sealed }),
    };
    // Without an input this is undefined, and there is no body.
    const body = JSON.stringify(input);
    return (await this.#call(name, { method: 'POST', headers, body, keepalive, signal })) as Outputs[K];
  }

  async #call(name: string, init: RequestInit): Promise<unknown> {
    const response = await fetch(this.#api + name, {
      ...init,
      credentials: 'same-origin',
      redirect: 'error',
    });
    const { result, error } = (await response.json()) as {
      result?: { data?: unknown };
      error?: { message?: unknown };
    };
    if (result === undefined) throw new Refusal(error?.message);
    return result.data;
  }
}
