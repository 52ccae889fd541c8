/** How good a password is: asked while it is typed, and again before it is used. */
import { Call } from './call.ts';
import type { StrengthExports } from './exports.ts';
import type { Strength } from './types.ts';

/** @param filter common-passwords.bin; empty = only what the rules find. */
export function checkPassword(core: StrengthExports, password: Uint8Array, filter: Uint8Array): Strength {
  return Call.run(core, (call) => {
    const args = [...call.bytes(password), ...call.bytes(filter)] as const;
    return call.check(core.byok_check_password(...args, call.out())).takeJson() as Strength;
  });
}
