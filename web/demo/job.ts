/** A job as this app's page runs it, on the app's own origin: sealed keys into the platform's cache, the job, its answer. */
import type { Receipt } from '../core/route.ts';
import type { SealedKey } from '../vault/api.ts';
import { receiptText, refusalText } from './words.ts';

export interface JobAnswer {
  readonly text: string;
  readonly receipt: Receipt;
}

/** In words, for the person: what went wrong, and what the receipt adds. */
export class JobFailed extends Error {
  readonly lines: readonly string[];

  constructor(code: string, provider: string, receipt?: Receipt) {
    super(code);
    const why =
      receipt === undefined || receipt.reason === 'as_asked' ? [] : [receiptText(receipt, provider, false)];
    this.lines = [refusalText(code, provider), ...why];
  }
}

/** Longer than a worker takes with its retries, in milliseconds. */
const patienceMs = 90_000;
const lookEveryMs = 500;

type Json = Readonly<Record<string, unknown>>;

/** Puts what the vault sealed where the worker finds it. @param name of the provider, for the words of a refusal. */
export async function cacheKeys(keys: readonly SealedKey[], name: string): Promise<void> {
  const sealed = Object.fromEntries(keys.map((key) => [key.provider, key.sealed]));
  const { code } = await ask('/byok/cacheByokKeys', {}, { 'X-BYOK-Keys': JSON.stringify(sealed) });
  // Without the cache a job goes on as its policy says, and its receipt tells.
  if (code !== null && code !== 'cache_unavailable') throw new JobFailed(code, name);
}

/** Submitted once: to try again is the person's choice, since it may be billed. @throws JobFailed */
export async function runJob(provider: string, name: string, text: string): Promise<JobAnswer> {
  const submitted = await ask('/demo/jobs', { provider, text });
  if (submitted.code !== null) throw new JobFailed(submitted.code, name);
  const path = `/demo/jobs/${encodeURIComponent(String(submitted.json['id']))}`;
  const end = performance.now() + patienceMs;
  for (;;) {
    await new Promise((resolve) => setTimeout(resolve, lookEveryMs));
    const { json, code } = await ask(path);
    const { state, receipt, error } = json;
    if (state === 'done') return { text: String(json['text']), receipt: receipt as Receipt };
    if (state === 'failed')
      throw new JobFailed(String(error), name, (receipt ?? undefined) as Receipt | undefined);
    // To look again costs nothing.
    const isOver = performance.now() > end;
    if (code !== null && (code !== 'network' || isOver)) throw new JobFailed(code, name);
    if (isOver) throw new JobFailed('no_answer', name);
  }
}

/** @returns `code`: why it was refused, null where it was not. */
async function ask(
  path: string,
  body?: Json,
  headers: Readonly<Record<string, string>> = {},
): Promise<{ json: Json; code: string | null }> {
  try {
    const response = await fetch(
      path,
      body === undefined
        ? {}
        : {
            method: 'POST',
            headers: { 'Content-Type': 'application/json', ...headers },
            body: JSON.stringify(body),
          },
    );
    const json = (await response.json()) as Json;
    return { json, code: response.ok ? null : codeIn(json) };
  } catch {
    return { json: {}, code: 'network' };
  }
}

/** The procedures say `{error: {message}}`, the app's own paths `{error}`. */
function codeIn({ error }: Json): string {
  const said: unknown =
    typeof error === 'object' && error !== null ? (error as { message?: unknown }).message : error;
  return typeof said === 'string' ? said : 'internal';
}
