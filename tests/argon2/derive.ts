/** Argon2id with any parameters, as the modules of build/wasm-argon2 do it. Runs in Node and in browsers alike. */
import { toHex } from '../../web/core/bundle.ts';
import { FullCall as Call } from '../../web/core/full-call.ts';
import type { CommonExports } from '../../web/core/exports.ts';

export interface Argon2Exports extends CommonExports {
  byok_argon2id(
    memoryKib: number,
    passes: number,
    lanes: number,
    inputs: number,
    n: number,
    outSize: number,
    out: number,
  ): number;
}

export interface Argon2Case {
  readonly memoryKib: number;
  readonly passes: number;
  readonly size: number;
  readonly password: Uint8Array;
  readonly salt: Uint8Array;
  readonly lanes?: number;
  readonly secret?: Uint8Array;
  readonly associated?: Uint8Array;
}

const none = new Uint8Array(0);

/** @returns the tag in hex. */
export function derive(core: Argon2Exports, it: Argon2Case): string {
  return Call.run(core, (call) => {
    const inputs = call.bundle([it.password, it.salt, it.secret ?? none, it.associated ?? none]);
    const { memoryKib, passes, lanes = 1, size } = it;
    return toHex(
      call.check(core.byok_argon2id(memoryKib, passes, lanes, ...inputs, size, call.out())).takeBytes(),
    );
  });
}
