/** The core on the platform's side: opens sealed keys, knows the providers, reads their answers, scrubs text. */
import { toHex } from './bundle.ts';
import { FullCall as Call } from './full-call.ts';
import { VaultError } from './errors.ts';
import type { PlatformExports } from './exports.ts';
import { instantiate, type CoreSource } from './module.ts';
import type { RouteEvent, RoutePolicy, RouteStep } from './route.ts';
import { readTables, type Tables } from './tables.ts';
import type { Provider, Verdict } from './types.ts';

export interface TestRequest {
  readonly method: string;
  readonly url: string;
  /** `value` is sent as it is; where `carriesKey` is set, the key follows it. */
  readonly headers: readonly {
    readonly name: string;
    readonly value: string;
    readonly carriesKey: boolean;
  }[];
}

/** Where a provider's jobs are POSTed (include/byok/provider.h). */
export interface JobRequests {
  /** As in {@link TestRequest}. */
  readonly headers: TestRequest['headers'];
  readonly chat: {
    readonly dialect: 'openai' | 'openai_compatible' | 'anthropic' | 'gemini';
    /** Of Gemini: what the model's name and the method follow. */
    readonly url: string;
    /** Where the job names none. */
    readonly model: string;
  };
  /** null where this provider transcribes nothing. */
  readonly transcribe: { readonly url: string; readonly model: string } | null;
}

/** What a sealed key must be for, or it does not open. */
export interface OpenDemand {
  readonly user: string;
  readonly provider: string;
  readonly purpose: 'test' | 'job';
  /** The platform's time, milliseconds since 1970. */
  readonly now: number;
}

/** For whom a key is put into the cache, or taken out of it. */
export interface CacheDemand {
  readonly user: string;
  readonly provider: string;
  /** The platform's time, milliseconds since 1970. */
  readonly now: number;
  /** When the user last had the cache cleared, by the same clock: keys sealed up to then are refused (E33). */
  readonly cleared?: number | undefined;
}

/** A sealed key, sealed anew for the cache. */
export interface CachedKey {
  readonly sealId: string;
  /** When it ends, milliseconds since 1970: at most 300 s from now. */
  readonly expires: number;
  /** The `tag` of the provider key, for counting how many different ones a user brings: 64 hex characters. */
  readonly keyTag: string;
  readonly bytes: Uint8Array;
}

export interface OpenedCachedKey {
  readonly sealId: string;
  readonly issued: number;
  readonly expires: number;
  /** The provider key, which the caller fills with 0 as soon as it is used. */
  readonly key: Uint8Array;
}

export interface ProviderAnswer {
  readonly status: number;
  /** At most 512 KiB; a longer one is cut and marked. */
  readonly body: Uint8Array;
  readonly truncated: boolean;
}

export class PlatformCore {
  readonly #core: PlatformExports;
  readonly #tables: Tables;
  #platform = 0;

  private constructor(core: PlatformExports) {
    this.#core = core;
    this.#tables = readTables(core);
  }

  /** @throws VaultError no_webassembly. */
  static async load(wasm: CoreSource): Promise<PlatformCore> {
    return new PlatformCore(await instantiate(wasm));
  }

  /**
   * @param hexSecrets PLATFORM_TOKEN_SECRETs, 64 hex characters each: the first seals, all open. The caller wipes them.
   * @throws VaultError secret_missing, secret_wrong_length, secret_not_hex, secret_weak (E16); what was in use stays in use.
   */
  useSecrets(hexSecrets: readonly Uint8Array[]): void {
    Call.run(this.#core, (call) => {
      call.check(this.#core.byok_platform_new(...call.bundle(hexSecrets), call.handleOut()));
      if (this.#platform !== 0) this.#core.byok_platform_free(this.#platform);
      this.#platform = call.takeHandle();
    });
  }

  /** X25519, 32 bytes; and its id, 16 hex characters. */
  publicKey(): { key: Uint8Array; id: string } {
    return Call.run(this.#core, (call) => {
      call.check(this.#core.byok_platform_public_key(this.#platform, call.out()));
      const [key, id] = call.takeBundle();
      if (key === undefined || id === undefined) throw new VaultError('internal');
      return { key, id: toHex(id) };
    });
  }

  /**
   * @returns the provider key, which the caller fills with 0 as soon as it is used, and the public id of this sealing.
   * @throws VaultError sealed_key_refused, clock, expired, unknown_provider.
   */
  openSealed(sealed: Uint8Array, demand: OpenDemand): { key: Uint8Array; sealId: string } {
    const { user, provider, purpose, now } = demand;
    return Call.run(this.#core, (call) => {
      const json = call.json({ user, provider, purpose, now: Math.floor(now) });
      call.check(this.#core.byok_platform_open(this.#platform, ...call.bytes(sealed), ...json, call.out()));
      const [sealId, key] = call.takeBundle();
      if (key === undefined || sealId === undefined) throw new VaultError('internal');
      return { key, sealId: toHex(sealId) };
    });
  }

  /**
   * Seals a key that was sealed for a job anew, for the cache; the key does not leave the core.
   * @throws VaultError sealed_key_refused, clock, expired, key_cleared, unknown_provider.
   */
  cacheSealed(sealed: Uint8Array, demand: CacheDemand): CachedKey {
    return Call.run(this.#core, (call) => {
      const args = [...call.bytes(sealed), ...call.json(cacheFields(demand))] as const;
      const status = this.#core.byok_platform_cache(this.#platform, ...args, call.out());
      const [facts, bytes] = call.check(status).takeBundle();
      if (facts === undefined || bytes === undefined) throw new VaultError('internal');
      return { ...(readFacts(facts) as Omit<CachedKey, 'bytes'>), bytes };
    });
  }

  /**
   * Opens what {@link cacheSealed} made.
   * @throws VaultError cached_key_refused, expired, clock, key_cleared, unknown_provider.
   */
  openCached(cached: Uint8Array, demand: CacheDemand): OpenedCachedKey {
    return Call.run(this.#core, (call) => {
      const args = [...call.bytes(cached), ...call.json(cacheFields(demand))] as const;
      const status = this.#core.byok_platform_open_cached(this.#platform, ...args, call.out());
      const [facts, key] = call.check(status).takeBundle();
      if (facts === undefined || key === undefined) throw new VaultError('internal');
      return { ...(readFacts(facts) as Omit<OpenedCachedKey, 'key'>), key };
    });
  }

  /**
   * What stands for a user in the cache's names, 64 hex characters for each secret in turn. What is written goes under the
   * first; what is read or removed is looked for under all.
   */
  userTags(user: string): string[] {
    return Call.run(this.#core, (call) => {
      const status = this.#core.byok_platform_user_tags(this.#platform, ...call.text(user), call.out());
      return call.check(status).takeBundle().map(toHex);
    });
  }

  /** The next step of a job to which all of `events` has happened so far, in that order. */
  route(policy: RoutePolicy, events: readonly RouteEvent[]): RouteStep {
    return Call.run(this.#core, (call) => {
      const { credential, fallback, serverKey } = policy;
      const json = call.json({ credential, fallback, serverKey, events });
      return call.check(this.#core.byok_route(...json, call.out())).takeJson() as RouteStep;
    });
  }

  /** A keyed hash that names or signs `message` within `purpose`: 64 hex characters that tell nothing about it. */
  tag(purpose: string, message: Uint8Array): string {
    const [first] = this.tags(purpose, message);
    if (first === undefined) throw new VaultError('internal');
    return first;
  }

  /** {@link tag} under each secret in turn: what was signed before a new one came first is still signed. */
  tags(purpose: string, message: Uint8Array): string[] {
    return Call.run(this.#core, (call) => {
      const args = [...call.text(purpose), ...call.bytes(message)] as const;
      const status = this.#core.byok_platform_tags(this.#platform, ...args, call.out());
      return call.check(status).takeBundle().map(toHex);
    });
  }

  /** All providers in the order of the panel. */
  providers(): Provider[] {
    return [...this.#tables.providers];
  }

  /** @throws VaultError unknown_provider. */
  testRequest(provider: string): TestRequest {
    const { method, url, headers } = this.#requests(provider);
    return { method, url, headers };
  }

  /** @throws VaultError unknown_provider. */
  jobRequests(provider: string): JobRequests {
    const { headers, chat, transcribe } = this.#requests(provider);
    return { headers, chat, transcribe };
  }

  #requests(provider: string): TestRequest & JobRequests {
    return Call.run(this.#core, (call) => {
      const status = this.#core.byok_test_request(...call.text(provider), call.out());
      return call.check(status).takeJson() as TestRequest & JobRequests;
    });
  }

  /** Reads a provider's answer to the test request. @param key the key that was tested. */
  readAnswer(provider: string, answer: ProviderAnswer, key: Uint8Array): Verdict {
    const { status, body, truncated } = answer;
    return Call.run(this.#core, (call) => {
      const json = call.json({ provider, status, truncated });
      call.check(this.#core.byok_read_answer(...json, ...call.bytes(body), ...call.bytes(key), call.out()));
      return call.takeJson() as Verdict;
    });
  }

  /**
   * Removes whatever is, or looks like, a provider key (E34).
   * @param text at most 256 KiB of UTF-8; longer text gives nothing but a note that it was too long.
   * @param known secrets to be removed by value, too.
   */
  redact(text: string, known: readonly Uint8Array[] = []): string {
    try {
      return Call.run(this.#core, (call) => {
        const status = this.#core.byok_redact(...call.text(text), ...call.bundle(known), call.out());
        return call.check(status).takeText();
      });
    } catch {
      return '[text left out: too long to be cleaned]';
    }
  }
}

function cacheFields({ user, provider, now, cleared }: CacheDemand): Record<string, unknown> {
  const fields = { user, provider, now: Math.floor(now) };
  return cleared === undefined ? fields : { ...fields, cleared: Math.floor(cleared) };
}

function readFacts(bytes: Uint8Array): unknown {
  return JSON.parse(new TextDecoder().decode(bytes));
}
