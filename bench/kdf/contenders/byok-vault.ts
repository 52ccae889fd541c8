/** Ours, through the class that the deriver's worker uses, prepared as it is while a password is typed. */
import { DeriverCore } from '../../../web/core/deriver.ts';
import { hasSimd } from '../../../web/core/simd.ts';
import { password, salt, type Load } from '../contender.ts';
import { encodeKdf } from '../encode.ts';

export const load: Load = async (read, expected) => {
  const core = await DeriverCore.load(await read(`build/wasm/deriver${hasSimd() ? '' : '-scalar'}.wasm`));
  core.prepare(encodeKdf(expected, salt));
  return (setting) => core.deriveKek(encodeKdf(setting, salt), password);
};
