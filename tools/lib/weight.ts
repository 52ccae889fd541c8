/** What a browser loads, by what it is for, and what each of these may weigh. */
import { readdirSync, readFileSync } from 'node:fs';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { fromRoot } from './files.ts';

/** In bytes. */
export interface Weight {
  readonly plain: number;
  readonly brotli: number;
  readonly gzip: number;
}

export interface WeighedFile extends Weight {
  readonly file: string;
}

/** Files that are loaded together. */
export interface Load extends Weight {
  readonly name: string;
  readonly files: readonly WeighedFile[];
  /** What is part of one of the files and counted elsewhere. */
  readonly without: readonly WeighedFile[];
  /** Null where only the other encoding has a limit. */
  readonly limits: { readonly brotli: number; readonly gzip: number | null };
}

const kb = 1000;

interface Listed extends Pick<Load, 'name' | 'limits'> {
  /** Names without the hash that they are served under, in dist/. */
  readonly files: readonly string[];
  readonly without: readonly string[];
}

const client = 'lib/index.js';

/** Of the two derivers a browser loads one. */
const loads: readonly Listed[] = [
  {
    name: 'the vault: wasm, workers, client',
    files: ['lib/vault.wasm', 'lib/deriver.wasm', 'lib/worker.js', client],
    without: [],
    limits: { brotli: 60 * kb, gzip: 70 * kb },
  },
  {
    name: 'the panel with its library',
    files: ['site/main.js', 'site/site.css'],
    without: [client],
    limits: { brotli: 35 * kb, gzip: null },
  },
  {
    name: 'the estimate of a password, once one is chosen',
    files: ['lib/common-passwords.bin'],
    without: [],
    limits: { brotli: 20 * kb, gzip: null },
  },
];

/** A file of dist/ by the name that it has before web/build.mjs puts a hash of its content in. */
function readBuilt(name: string): Buffer {
  const folder = name.slice(0, name.lastIndexOf('/'));
  const found = readdirSync(fromRoot('dist', folder)).filter(
    (file) => `${folder}/${file.replace(/-[0-9a-f]{12}(?=\.\w+$)/, '')}` === name,
  );
  if (found.length !== 1 || found[0] === undefined) throw new Error(`dist/${name} is not there once`);
  return readFileSync(fromRoot('dist', folder, found[0]));
}

/** As a server sends it: compressed only where that makes it smaller. */
function weightOf(bytes: Buffer): Weight {
  const plain = bytes.length;
  return {
    plain,
    brotli: Math.min(plain, brotliCompressSync(bytes).length),
    gzip: Math.min(plain, gzipSync(bytes, { level: 9 }).length),
  };
}

/** Needs dist/. */
export function weighDist(): Load[] {
  const weigh = (file: string): WeighedFile => ({ file, ...weightOf(readBuilt(file)) });
  return loads.map((listed) => {
    const [files, without] = [listed.files.map(weigh), listed.without.map(weigh)];
    const sum = (of: keyof Weight): number =>
      files.reduce((total, each) => total + each[of], 0) -
      without.reduce((total, each) => total + each[of], 0);
    return {
      ...listed,
      files,
      without,
      plain: sum('plain'),
      brotli: sum('brotli'),
      gzip: sum('gzip'),
    };
  });
}

export function isWithin({ limits, brotli, gzip }: Load): boolean {
  return brotli <= limits.brotli && (limits.gzip === null || gzip <= limits.gzip);
}
