/** The core on the platform's side: opens sealed keys, knows the providers, reads their answers, scrubs text. */
import { toHex } from './bundle.ts';
import { Call } from './call.ts';
import { VaultError } from './errors.ts';
import type { CoreExports } from './exports.ts';
import { instantiate, type CoreSource } from './module.ts';
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

/** What a sealed key must be for, or it does not open. */
export interface OpenDemand {
  readonly user: string;
  readonly provider: string;
  readonly purpose: 'test' | 'job';
  /** The platform's time, milliseconds since 1970. */
  readonly now: number;
}

export interface ProviderAnswer {
  readonly status: number;
  /** At most 512 KiB; a longer one is cut and marked. */
  readonly body: Uint8Array;
  readonly truncated: boolean;
}

export class PlatformCore {
  readonly #core: CoreExports;
  readonly #tables: Tables;
  #platform = 0;

  private constructor(core: CoreExports) {
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

  /** A keyed hash that names or signs `message` within `purpose`: 64 hex characters that tell nothing about it. */
  tag(purpose: string, message: Uint8Array): string {
    return Call.run(this.#core, (call) => {
      const args = [...call.text(purpose), ...call.bytes(message)] as const;
      return toHex(call.check(this.#core.byok_platform_tag(this.#platform, ...args, call.out())).takeBytes());
    });
  }

  /** All providers in the order of the panel. */
  providers(): Provider[] {
    return [...this.#tables.providers];
  }

  /** @throws VaultError unknown_provider. */
  testRequest(provider: string): TestRequest {
    return Call.run(this.#core, (call) => {
      const status = this.#core.byok_test_request(...call.text(provider), call.out());
      return call.check(status).takeJson() as TestRequest;
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
