/** What is derived, and what each contender has to offer to take part: the same in Node and in a browser's worker. */
import type { ReadFile } from '../engine/engine.ts';

export interface Setting {
  readonly memoryKib: number;
  readonly passes: number;
}

export type Derive = (setting: Setting) => Uint8Array | Promise<Uint8Array>;

/** Everything that can be done before the password is known: at page load, in a browser. */
export type Load = (read: ReadFile, expected: Setting) => Promise<Derive>;

export const password = new TextEncoder().encode('correct horse battery staple 7');
export const salt = Uint8Array.from({ length: 16 }, (_, i) => 0x20 + i);
export const keyBytes = 32;

export interface ContenderFacts {
  readonly name: string;
  /** The module in contenders/. */
  readonly file: string;
  /** Not in browsers: a limit and no peer. */
  readonly nodeOnly?: true;
  /** Too slow for more than the smallest setting. */
  readonly smallestOnly?: true;
}

export const contenders: readonly ContenderFacts[] = [
  { name: 'byok-vault', file: 'byok-vault' },
  { name: '@phi-ag/argon2', file: 'phi-ag' },
  { name: 'libsodium-wrappers-sumo', file: 'libsodium' },
  { name: 'argon2id', file: 'argon2id' },
  { name: 'hash-wasm', file: 'hash-wasm' },
  { name: 'argon2-browser SIMD', file: 'argon2-browser-simd' },
  { name: 'argon2-browser', file: 'argon2-browser' },
  { name: '@noble/hashes', file: 'noble', smallestOnly: true },
  { name: '@node-rs/argon2', file: 'node-rs', nodeOnly: true },
];

export const settings: readonly Setting[] = [
  { memoryKib: 19 * 1024, passes: 2 },
  { memoryKib: 64 * 1024, passes: 2 },
  { memoryKib: 64 * 1024, passes: 3 },
  { memoryKib: 256 * 1024, passes: 3 },
];
