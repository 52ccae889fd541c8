/** The core as the server uses it: web/core/platform.ts over a module built from the same sources as what browsers load. */
import { readFile } from 'node:fs/promises';
import { brotliDecompressSync } from 'node:zlib';
import { PlatformCore } from '../web/core/platform.ts';

/** What the server's modules need of the core; tests of a single module give a double. */
export type Core = Pick<
  PlatformCore,
  'publicKey' | 'openSealed' | 'providers' | 'testRequest' | 'readAnswer' | 'redact' | 'tag' | 'tags'
>;

/** @param file the built module, build/wasm/platform.wasm; as it is packed for others, compressed: platform.wasm.br. */
export async function loadCore(file: URL): Promise<PlatformCore> {
  const bytes = await readFile(file);
  return await PlatformCore.load(
    new Uint8Array(file.pathname.endsWith('.br') ? brotliDecompressSync(bytes) : bytes),
  );
}
