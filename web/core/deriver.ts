/** The key that a password gives: the one module with Argon2 in it. */
import { Call } from './call.ts';
import { statusName, VaultError } from './vault-error.ts';
import type { DeriverExports } from './exports.ts';
import { instantiate, type CoreSource } from './module.ts';
import type { Strength } from './types.ts';

/** Encoded derivation parameters: 25 bytes (include/byok/kdf.h). */
export type KdfParams = Uint8Array<ArrayBuffer>;

/** A machine that is busy, or code that is not optimised yet, makes a measurement longer, and nothing makes one shorter: the best of these. */
const measurements = 3;

export class DeriverCore {
  readonly #core: DeriverExports;

  private constructor(core: DeriverExports) {
    this.#core = core;
  }

  /** @param wasm deriver.wasm, or deriver-scalar.wasm. @throws VaultError no_webassembly. */
  static async load(wasm: CoreSource): Promise<DeriverCore> {
    return new DeriverCore(await instantiate(wasm));
  }

  /** @param filter common-passwords.bin; empty = only what the rules find. */
  checkPassword(password: Uint8Array, filter: Uint8Array): Strength {
    return Call.run(this.#core, (call) => {
      const args = [...call.bytes(password), ...call.bytes(filter)] as const;
      const { buffer } = call.check(this.#core.byok_check_password(...args, call.out())).takeBytes();
      const [score = 0, codePoints = 0, guessesLog2 = 0, refusal = 0] = new Uint32Array(buffer);
      return {
        score: score as Strength['score'],
        codePoints,
        guessesLog2,
        refusal: refusal === 0 ? null : (statusName(refusal) as Strength['refusal']),
      };
    });
  }

  /** @throws VaultError password_* for one that is refused. */
  admitPassword(password: Uint8Array, filter: Uint8Array): void {
    const { refusal } = this.checkPassword(password, filter);
    if (refusal !== null) throw new VaultError(refusal);
  }

  /** Today's default parameters with a fresh salt. */
  defaultKdf(): KdfParams {
    return Call.run(this.#core, (call) => call.check(this.#core.byok_default_kdf(call.out())).takeBytes());
  }

  /**
   * Measures this device, and makes parameters for it: never weaker ones than today's default. Leaves the memory that was needed for
   * it in use. @throws VaultError out_of_memory.
   */
  calibratedKdf(): KdfParams {
    const times = Array.from({ length: measurements }, () => {
      const begin = performance.now();
      Call.run(this.#core, (call) => call.check(this.#core.byok_derive_for_timing()));
      return performance.now() - begin;
    });
    return Call.run(this.#core, (call) =>
      call.check(this.#core.byok_calibrated_kdf(Math.round(Math.min(...times)), call.out())).takeBytes(),
    );
  }

  /**
   * Has the engine optimise the derivation, and touches the memory that one with these parameters needs: all that a first one would
   * do besides. Takes 20 ms and more. @throws VaultError kdf_params_refused (E25), out_of_memory.
   */
  prepare(params: KdfParams): void {
    Call.run(this.#core, (call) => {
      call.check(this.#core.byok_prepare(...call.bytes(params)));
    });
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
}
