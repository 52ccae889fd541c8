/** The core as the vault's workers use it. */
import { CoreAutoLock, type AutoLockChoice } from './auto-lock.ts';
import { Call } from './call.ts';
import type { KdfParams } from './deriver.ts';
import type { VaultExports } from './exports.ts';
import { instantiate, type CoreSource } from './module.ts';
import { CoreSession, type Change, type Snapshot } from './session.ts';
import { readTables, type Tables } from './tables.ts';
import type { Strength } from './types.ts';

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
  readonly tables: Tables;
  readonly #core: VaultExports;

  private constructor(core: VaultExports) {
    this.#core = core;
    this.tables = readTables(core);
  }

  /** @param wasm vault.wasm. @throws VaultError no_webassembly. */
  static async load(wasm: CoreSource): Promise<Core> {
    return new Core(await instantiate(wasm));
  }

  /** @param filter common-passwords.bin; empty = only what the rules find. */
  checkPassword(password: Uint8Array, filter: Uint8Array): Strength {
    return Call.run(this.#core, (call) => {
      const args = [...call.bytes(password), ...call.bytes(filter)] as const;
      return call.check(this.#core.byok_check_password(...args, call.out())).takeJson() as Strength;
    });
  }

  /** The wait that is still due, and the count to store before a password is tried. @param now milliseconds since 1970. */
  attempts({ failed, last }: Attempts, now: number): { waitMs: number; next: Attempts } {
    return Call.run(this.#core, (call) => {
      const status = this.#core.byok_attempts(
        ...call.json({ failed, last, now: Math.floor(now) }),
        call.out(),
      );
      return call.check(status).takeJson() as { waitMs: number; next: Attempts };
    });
  }

  /** @throws VaultError header_damaged, newer_format, kdf_params_refused. */
  readHeader(header: Uint8Array): HeaderFacts {
    return Call.run(
      this.#core,
      (call) =>
        call.check(this.#core.byok_read_header(...call.bytes(header), call.out())).takeJson() as HeaderFacts,
    );
  }

  /** @throws VaultError manifest_damaged, newer_format. */
  readManifest(manifest: Uint8Array): ManifestFacts {
    return Call.run(
      this.#core,
      (call) =>
        call
          .check(this.#core.byok_read_manifest(...call.bytes(manifest), call.out()))
          .takeJson() as ManifestFacts,
    );
  }

  /** @throws VaultError key_empty, key_too_long, key_bad_character. */
  inspectKey(key: Uint8Array): KeyFacts {
    return Call.run(
      this.#core,
      (call) =>
        call.check(this.#core.byok_inspect_key(...call.bytes(key), call.out())).takeJson() as KeyFacts,
    );
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
}
