/**
 * The files that lie beside the library, in the form that bundlers recognise. The vault's own site is built with content-hashed
 * names in place of these (web/build.mjs).
 */
export interface Assets {
  readonly deriver: URL;
  readonly vault: URL;
  readonly wasm: URL;
  /** The same core for engines without SIMD (E36). */
  readonly wasmScalar: URL;
  readonly commonPasswords: URL;
}

export function defaultAssets(): Assets {
  return {
    deriver: new URL('./deriver-worker.js', import.meta.url),
    vault: new URL('./vault-worker.js', import.meta.url),
    wasm: new URL('./byok.wasm', import.meta.url),
    wasmScalar: new URL('./byok-scalar.wasm', import.meta.url),
    commonPasswords: new URL('./common-passwords.bin', import.meta.url),
  };
}

/** The same files in a folder of the app's own choice. */
export function assetsIn(folder: URL): Assets {
  return {
    deriver: new URL('deriver-worker.js', folder),
    vault: new URL('vault-worker.js', folder),
    wasm: new URL('byok.wasm', folder),
    wasmScalar: new URL('byok-scalar.wasm', folder),
    commonPasswords: new URL('common-passwords.bin', folder),
  };
}
