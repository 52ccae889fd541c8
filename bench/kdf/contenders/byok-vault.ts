/** Ours, through the class that the deriver's worker uses. */
import { DeriverCore } from '../../../web/core/deriver.ts';
import { hasSimd } from '../../../web/core/simd.ts';
import { password, salt, type Load } from '../contender.ts';

export const load: Load = async (read) => {
  const core = await DeriverCore.load(await read(`build/wasm/deriver${hasSimd() ? '' : '-scalar'}.wasm`));
  return ({ memoryKib, passes }) => {
    // The encoding of include/byok/kdf.h.
    const params = new Uint8Array(25);
    const view = new DataView(params.buffer);
    view.setUint8(0, 1);
    view.setUint32(1, memoryKib, true);
    view.setUint32(5, passes, true);
    params.set(salt, 9);
    return core.deriveKek(params, password);
  };
};
