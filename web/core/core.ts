/** The core as the vault's workers use it. */
import { CoreAutoLock, type AutoLockChoice } from './auto-lock.ts';
import { FullCall as Call } from './full-call.ts';
import type { KdfParams } from './deriver.ts';
import type { VaultExports } from './exports.ts';
import { instantiate, type CoreSource } from './module.ts';
import { CoreSession, type Change, type Snapshot } from './session.ts';
import { storeDecisions, verdicts, type Provider, type StoreDecision, type Verdict } from './types.ts';

/** What a header says without a key. Public. */
export interface HeaderFacts {
  readonly vaultId: string;
  readonly slots: readonly {
    readonly id: string;
    readonly kind: number;
    /** Encoded parameters in hex. */
    readonly kdf: string;
    /** Weaker than today's default: re-wrapped at the next unlock. */
    readonly weak: boolean;
  }[];
}

/** What a manifest says without a key. Public. */
export interface ManifestFacts {
  readonly vaultId: string;
  readonly revision: number;
}

/** What the shape of an entered key says. */
export interface KeyFacts {
  readonly looksLike: string | null;
  readonly notForInference: boolean;
  readonly edgesCleaned: boolean;
}

/** How often a password was tried without success, and when last (E17). Public. */
export interface Attempts {
  readonly failed: number;
  /** Milliseconds since 1970. */
  readonly last: number;
}

export class Core {
  readonly #core: VaultExports;

  private constructor(core: VaultExports) {
    this.#core = core;
  }

  /** @param wasm vault.wasm. @throws VaultError no_webassembly. */
  static async load(wasm: CoreSource): Promise<Core> {
    return new Core(await instantiate(wasm));
  }

  /** The catalogue, in the order of the panel. */
  providers(): readonly Provider[] {
    return this.#json((call) => this.#core.byok_providers(call.out())) as readonly Provider[];
  }

  /** What a verdict does to a key that is about to be stored. @throws VaultError bad_argument for what is no verdict. */
  storeDecision(verdict: Verdict): StoreDecision {
    return Call.run(this.#core, (call) => {
      const status = this.#core.byok_store_decision(verdicts.indexOf(verdict), call.out());
      const [decision = storeDecisions.length] = call.check(status).takeBytes();
      return storeDecisions[decision] ?? 'refuse';
    });
  }

  /** The wait that is still due, and the count to store before a password is tried. @param now milliseconds since 1970. */
  attempts({ failed, last }: Attempts, now: number): { waitMs: number; next: Attempts } {
    return this.#json((call) => this.#core.byok_attempts(failed, last, now, call.out())) as {
      waitMs: number;
      next: Attempts;
    };
  }

  /** @throws VaultError header_damaged, newer_format, kdf_params_refused. */
  readHeader(header: Uint8Array): HeaderFacts {
    return this.#json((call) =>
      this.#core.byok_read_header(...call.bytes(header), call.out()),
    ) as HeaderFacts;
  }

  /** @throws VaultError manifest_damaged, newer_format. */
  readManifest(manifest: Uint8Array): ManifestFacts {
    return this.#json((call) =>
      this.#core.byok_read_manifest(...call.bytes(manifest), call.out()),
    ) as ManifestFacts;
  }

  /** @throws VaultError key_empty, key_too_long, key_bad_character. */
  inspectKey(key: Uint8Array): KeyFacts {
    return this.#json((call) => this.#core.byok_inspect_key(...call.bytes(key), call.out())) as KeyFacts;
  }

  create(
    params: KdfParams,
    kek: Uint8Array,
    user: { id: string; name: string } | null,
  ): { session: CoreSession; change: Change } {
    return CoreSession.create(this.#core, params, kek, user);
  }

  unlock(snapshot: Snapshot, slot: string, kek: Uint8Array): CoreSession {
    return CoreSession.unlock(this.#core, snapshot, slot, kek);
  }

  autoLock(choice: AutoLockChoice): CoreAutoLock {
    return new CoreAutoLock(this.#core, choice);
  }

  #json(ask: (call: Call) => number): unknown {
    return Call.run(this.#core, (call) => call.check(ask(call)).takeJson());
  }
}
