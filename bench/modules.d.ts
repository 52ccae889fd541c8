/** What the bench uses of its peers. They are installed by the bench alone, so the types are its own. */

declare module '@phi-ag/argon2' {
  export default class Argon2 {
    constructor(instance: WebAssembly.Instance);
    hash(
      password: string,
      options: {
        salt: Uint8Array;
        hashLength: number;
        timeCost: number;
        memoryCost: number;
        parallelism: number;
      },
    ): { hash: Uint8Array };
  }
}

declare module 'argon2id/lib/setup.js' {
  type Load = (imports: WebAssembly.Imports) => Promise<WebAssembly.WebAssemblyInstantiatedSource>;
  export default function setupWasm(
    simd: Load,
    scalar: Load,
  ): Promise<
    (params: {
      password: Uint8Array;
      salt: Uint8Array;
      parallelism: number;
      passes: number;
      memorySize: number;
      tagLength: number;
    }) => Uint8Array
  >;
}

declare module 'hash-wasm' {
  export function argon2id(options: {
    password: Uint8Array;
    salt: Uint8Array;
    iterations: number;
    parallelism: number;
    memorySize: number;
    hashLength: number;
    outputType: 'binary';
  }): Promise<Uint8Array>;
}

declare module 'argon2-browser/lib/argon2.js' {
  const argon2: {
    hash(options: {
      pass: Uint8Array;
      salt: Uint8Array;
      time: number;
      mem: number;
      hashLen: number;
      parallelism: number;
      type: number;
    }): Promise<{ hash: Uint8Array }>;
  };
  export default argon2;
}

declare module 'argon2-browser/dist/argon2.js' {
  const module: unknown;
  export default module;
}

declare module '@noble/hashes/argon2.js' {
  export function argon2id(
    password: Uint8Array,
    salt: Uint8Array,
    options: { t: number; m: number; p: number; dkLen: number },
  ): Uint8Array;
}

declare module '@node-rs/argon2' {
  export function hashRawSync(
    password: Uint8Array,
    options: {
      memoryCost: number;
      timeCost: number;
      outputLen: number;
      parallelism: number;
      algorithm: number;
      salt: Uint8Array;
    },
  ): Uint8Array;
}

declare module '@noble/ciphers/salsa.js' {
  export function xsalsa20poly1305(
    key: Uint8Array,
    nonce: Uint8Array,
  ): { encrypt(plaintext: Uint8Array): Uint8Array; decrypt(box: Uint8Array): Uint8Array };
}

declare module 'libsodium-wrappers' {
  const sodium: {
    ready: Promise<void>;
    crypto_secretbox_open_easy(box: Uint8Array, nonce: Uint8Array, key: Uint8Array): Uint8Array;
    crypto_generichash(length: number, message: Uint8Array, key: Uint8Array | null): Uint8Array;
  };
  export default sodium;
}
