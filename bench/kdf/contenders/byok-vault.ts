/** Ours, through the class that the deriver's worker uses, prepared as it is while a password is typed. */
import { DeriverCore, type KdfParams } from '../../../web/core/deriver.ts';
import { hasSimd } from '../../../web/core/simd.ts';
import { password, salt, type Load, type Setting } from '../contender.ts';

/** The encoding of include/byok/kdf.h. */
function encode({ memoryKib, passes }: Setting): KdfParams {
  const params = new Uint8Array(25);
  const view = new DataView(params.buffer);
  view.setUint8(0, 1);
  view.setUint32(1, memoryKib, true);
  view.setUint32(5, passes, true);
  params.set(salt, 9);
  return params;
}

export const load: Load = async (read, expected) => {
  const core = await DeriverCore.load(await read(`build/wasm/deriver${hasSimd() ? '' : '-scalar'}.wasm`));
  core.prepare(encode(expected));
  return (setting) => core.deriveKek(encode(setting), password);
};
