/** Passwords: how good one is, and the key that it gives. */
import { Call } from './call.ts';
import type { CoreExports } from './exports.ts';
import type { Strength } from './types.ts';

/** Encoded derivation parameters: 25 bytes (include/byok/kdf.h). */
export type KdfParams = Uint8Array<ArrayBuffer>;

/** How often a password was tried without success, and when last (E17). Public. */
export interface Attempts {
  readonly failed: number;
  /** Milliseconds since 1970. */
  readonly last: number;
}

export class PasswordCore {
  readonly #core: CoreExports;

  constructor(core: CoreExports) {
    this.#core = core;
  }

  /** @param filter common-passwords.bin; empty = only what the rules find. */
  check(password: Uint8Array, filter: Uint8Array): Strength {
    return Call.run(this.#core, (call) => {
      const args = [...call.bytes(password), ...call.bytes(filter)] as const;
      return call.check(this.#core.byok_check_password(...args, call.out())).takeJson() as Strength;
    });
  }

  /** Today's default parameters with a fresh salt. */
  defaultKdf(): KdfParams {
    return Call.run(this.#core, (call) => call.check(this.#core.byok_default_kdf(call.out())).takeBytes());
  }

  /** Parameters for a device on which deriving with the default ones took `defaultMs`. */
  calibratedKdf(defaultMs: number): KdfParams {
    return Call.run(this.#core, (call) =>
      call.check(this.#core.byok_calibrated_kdf(Math.round(defaultMs), call.out())).takeBytes(),
    );
  }

  /**
   * Argon2id: half a second and 64 MiB or more, by the parameters.
   * @returns 32 bytes, which the caller wipes.
   * @throws VaultError kdf_params_refused (E25), out_of_memory, password_too_long.
   */
  deriveKek(params: KdfParams, password: Uint8Array): Uint8Array<ArrayBuffer> {
    return Call.run(this.#core, (call) => {
      const args = [...call.bytes(params), ...call.bytes(password)] as const;
      return call.check(this.#core.byok_derive_kek(...args, call.out())).takeSecret();
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
}
