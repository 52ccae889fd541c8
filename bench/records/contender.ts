/** What is opened, and what each contender has to offer: the same in Node and in a browser's worker. */
import type { ReadFile } from '../engine/engine.ts';

/** Of each record's plaintext. */
export const metaBytes = 200;
export const counts = [1, 100, 10_000] as const;

/** Opens all records once. @returns how many of them opened. */
export type OpenAll = () => number | Promise<number>;

/** Makes as many records as it is told, in the contender's own form. */
export type Prepare = (count: number, read: ReadFile) => Promise<OpenAll>;

export interface RecordsContender {
  readonly name: string;
  /** The module in contenders/. */
  readonly file: string;
}

export const recordContenders: readonly RecordsContender[] = [
  { name: 'byok-vault', file: 'byok-vault' },
  { name: 'libsodium-wrappers', file: 'libsodium-vault' },
  { name: 'libsodium-wrappers, boxes alone', file: 'libsodium' },
  { name: '@noble/ciphers, boxes alone', file: 'noble' },
  { name: 'WebCrypto AES-GCM, boxes alone', file: 'webcrypto' },
];
