/** Derivation parameters as the core takes them (include/byok/kdf.h). */
import type { KdfParams } from '../../web/core/deriver.ts';
import type { Setting } from './contender.ts';

/** @param salt 16 bytes. */
export function encodeKdf({ memoryKib, passes }: Setting, salt: Uint8Array): KdfParams {
  const params = new Uint8Array(25);
  const view = new DataView(params.buffer);
  view.setUint8(0, 1);
  view.setUint32(1, memoryKib, true);
  view.setUint32(5, passes, true);
  params.set(salt, 9);
  return params;
}
