/** Ours as an unlock does it: the whole vault in one call, every record held against the manifest, then what the panel shows. */
import { Core } from '../../../web/core/core.ts';
import type { Prepare } from '../contender.ts';
import { makeVault } from '../vault.ts';

/** Argon2id, 64 MiB, 3 passes; the salt plays no part once the key is derived. */
const kdf = Uint8Array.of(1, 0, 0, 1, 0, 3, 0, 0, 0, ...new Uint8Array(16));

export const prepare: Prepare = async (count, read) => {
  const core = await Core.load(await read('build/wasm/vault.wasm'));
  const kek = crypto.getRandomValues(new Uint8Array(32));
  const { snapshot, slot } = await makeVault(count, kek, kdf);
  return () => {
    const session = core.unlock(snapshot, slot, kek);
    const { records } = session.view();
    session.lock();
    return records.filter(({ state }) => state === 'ok').length;
  };
};
