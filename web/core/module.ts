/** Loads a module of the core: no glue is generated, and the only thing that it imports is random bytes. */
import { VaultError, errorOf } from './vault-error.ts';
import type { CommonExports } from './exports.ts';

/** What may be given as the module: its bytes, or a module that was compiled before. */
export type CoreSource = BufferSource | WebAssembly.Module;

/** getRandomValues gives at most this many bytes a call. */
const maxRandomBytes = 65_536;

/**
 * Instantiates a module. Each instance has a memory of its own, which only ever grows.
 * @typeParam T what the module that is given exports.
 * @throws VaultError no_webassembly where the browser or the page's policy has none of it (E36).
 */
export async function instantiate<T extends CommonExports>(source: CoreSource): Promise<T> {
  if (typeof WebAssembly === 'undefined') throw new VaultError('no_webassembly');
  const env = {
    byok_random(pointer: number, size: number): void {
      const out = new Uint8Array(core.memory.buffer, pointer, size);
      for (let at = 0; at < size; at += maxRandomBytes) {
        crypto.getRandomValues(out.subarray(at, at + maxRandomBytes));
      }
    },
  };
  let instance: WebAssembly.Instance;
  try {
    const module = source instanceof WebAssembly.Module ? source : await WebAssembly.compile(source);
    instance = await WebAssembly.instantiate(module, { env });
  } catch {
    throw new VaultError('no_webassembly');
  }
  // Held to the module by wasm/abi.test.ts.
  const core = instance.exports as unknown as T;
  core._initialize();
  const status = core.byok_init();
  if (status !== 0) throw errorOf(status);
  return core;
}
