/**
 * The files that lie beside the library, in the form that bundlers recognise. The vault's own site is built with content-hashed
 * names in place of these (web/build.mjs).
 */
export interface Assets {
  /** The script of the workers. */
  readonly worker: URL;
  readonly vaultWasm: URL;
  readonly deriverWasm: URL;
  /** The same for engines without SIMD (E36). */
  readonly deriverScalarWasm: URL;
  readonly commonPasswords: URL;
}

export function defaultAssets(): Assets {
  return {
    worker: new URL('./worker.js', import.meta.url),
    vaultWasm: new URL('./vault.wasm', import.meta.url),
    deriverWasm: new URL('./deriver.wasm', import.meta.url),
    deriverScalarWasm: new URL('./deriver-scalar.wasm', import.meta.url),
    commonPasswords: new URL('./common-passwords.bin', import.meta.url),
  };
}

/** The same files in a folder of the app's own choice. */
export function assetsIn(folder: URL): Assets {
  return {
    worker: new URL('worker.js', folder),
    vaultWasm: new URL('vault.wasm', folder),
    deriverWasm: new URL('deriver.wasm', folder),
    deriverScalarWasm: new URL('deriver-scalar.wasm', folder),
    commonPasswords: new URL('common-passwords.bin', folder),
  };
}
