// Makes web/assets/common-passwords.bin: a compact set of common passwords (a Golomb-coded set of fingerprints).
//
//   npm pack @zxcvbn-ts/language-common@4.1.3 && tar xf zxcvbn-ts-language-common-4.1.3.tgz
//   node tools/make-common-passwords.mjs package/src/passwords.json web/assets/common-passwords.bin
//
// The source is a list of passwords by frequency in public leaks (MIT licence, pinned by the hash below). It is needed
// only here: neither the list nor any text of it is part of this project, only fingerprints from which it can't be read.
//
// File, all integers little endian:
//    0  4 bytes  "BPW1"
//    4  u64      fingerprint of everything after it, from byte 12 on
//   12  u32      N, the number of fingerprints
//   16  u32      R: 1 in R of other passwords is taken for a common one
//   20  u32      K, bits of a remainder
//   24           bits, the first one in the highest bit of a byte, zeros up to the end of the last byte
// The fingerprints modulo N * R, sorted and without repeats, are written as differences to the one before (the first to
// 0): difference >> K in unary (that many ones, at most 32, then a zero), then the low K bits, the highest first.
// fingerprint(bytes): FNV-1a, 64 bits, then the finalizer of MurmurHash3 (both public domain), over the UTF-8 bytes of the
// password with A-Z made lower case. It keeps no secret: the passwords it is made for are public.

import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';

const SOURCE_SHA256 = 'f422773d94d630f27e08b26d7017e847bb1feb2a84809340e9c0b0c47b33e3f1';
const MAX_BYTES = 20_000;
const HEADER_BYTES = 24;
const MIN_CODE_POINTS = 8; // shorter passwords are refused for their length
const RATE = 10_000;
const REMAINDER_BITS = 13;
const U64 = (1n << 64n) - 1n;

function fingerprint(bytes) {
  let hash = 0xcbf29ce484222325n;
  for (const byte of bytes) hash = ((hash ^ BigInt(byte)) * 0x100000001b3n) & U64;
  hash = ((hash ^ (hash >> 33n)) * 0xff51afd7ed558ccdn) & U64;
  hash = ((hash ^ (hash >> 33n)) * 0xc4ceb9fe1a85ec53n) & U64;
  return hash ^ (hash >> 33n);
}

function normalized(password) {
  return Buffer.from(
    password.replace(/[A-Z]/g, (letter) => letter.toLowerCase()),
    'utf8',
  );
}

function encode(passwords) {
  const range = BigInt(passwords.length) * BigInt(RATE);
  const values = [...new Set(passwords.map((password) => fingerprint(normalized(password)) % range))];
  values.sort((a, b) => (a < b ? -1 : 1));
  // Two passwords may share a fingerprint: the range stays the one the fingerprints were made for.
  while (values.length < passwords.length) values.push(values.at(-1));
  const bits = [];
  let previous = 0n;
  for (const value of values) {
    const difference = Number(value - previous);
    if (difference >> REMAINDER_BITS > 32) throw new Error('a gap too wide for the format');
    for (let ones = difference >> REMAINDER_BITS; ones > 0; ones -= 1) bits.push(1);
    bits.push(0);
    for (let bit = REMAINDER_BITS - 1; bit >= 0; bit -= 1) bits.push((difference >> bit) & 1);
    previous = value;
  }
  const body = Buffer.alloc(Math.ceil(bits.length / 8));
  bits.forEach((bit, index) => {
    body[index >> 3] |= bit << (7 - (index & 7));
  });
  const file = Buffer.concat([Buffer.alloc(HEADER_BYTES), body]);
  file.write('BPW1', 'latin1');
  file.writeUInt32LE(passwords.length, 12);
  file.writeUInt32LE(RATE, 16);
  file.writeUInt32LE(REMAINDER_BITS, 20);
  file.writeBigUInt64LE(fingerprint(file.subarray(12)), 4);
  return file;
}

const [sourcePath, outputPath] = process.argv.slice(2);
if (sourcePath === undefined || outputPath === undefined) {
  console.error('usage: node tools/make-common-passwords.mjs <passwords.json> <output>');
  process.exit(2);
}
const source = readFileSync(sourcePath);
if (createHash('sha256').update(source).digest('hex') !== SOURCE_SHA256) {
  console.error(`${sourcePath} is not the list this tool is pinned to`);
  process.exit(1);
}

const candidates = new Map(); // by their normalized bytes, commonest first
for (const password of JSON.parse(source.toString('utf8'))) {
  const bytes = normalized(password);
  if ([...password].length >= MIN_CODE_POINTS) candidates.set(bytes.toString('latin1'), password);
}
const ranked = [...candidates.values()];

// As many of the commonest as fit.
let fits = 0;
let tooMany = ranked.length + 1;
while (tooMany - fits > 1) {
  const middle = (fits + tooMany) >> 1;
  if (encode(ranked.slice(0, middle)).length <= MAX_BYTES) fits = middle;
  else tooMany = middle;
}
const file = encode(ranked.slice(0, fits));
writeFileSync(outputPath, file);
console.log(`${fits} of ${ranked.length} passwords in ${file.length} bytes, 1 in ${RATE} false positives`);
