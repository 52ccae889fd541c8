/** What every build of Argon2id is asked, wherever it runs. */
import type { Argon2Case } from './derive.ts';

/** The same numbers each time (mulberry32), so that a case that fails can be looked at. */
function random(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let x = Math.imul(state ^ (state >>> 15), 1 | state);
    x = (x + Math.imul(x ^ (x >>> 7), 61 | x)) ^ x;
    return ((x ^ (x >>> 14)) >>> 0) % below;
  };
}

/** Any parameters that libsodium takes: one lane, no secret, no associated data, a salt of 16 bytes. */
export function randomCases(count: number): Argon2Case[] {
  const below = random(20_241_107);
  const bytes = (size: number): Uint8Array => Uint8Array.from({ length: size }, () => below(256));
  return Array.from({ length: count }, (_, i) => ({
    // Mostly small, with every odd size; some with segments of more blocks than one block of addresses has numbers.
    memoryKib: 8 + (i % 20 === 0 ? below(2_000) : i % 3 === 0 ? below(16) : below(140)),
    passes: 1 + below(i % 10 === 0 ? 6 : 3),
    size: 16 + (i % 50 === 0 ? below(1_000) : below(100)),
    password: bytes(i % 25 === 0 ? below(2) : i % 40 === 0 ? below(1_024) : below(80)),
    salt: bytes(16),
  }));
}

export function describeCase(i: number, { memoryKib, passes, size }: Argon2Case): string {
  return `case ${String(i)}: ${String(memoryKib)} KiB, ${String(passes)} passes, ${String(size)} bytes`;
}

const filled = (size: number, value: number): Uint8Array => new Uint8Array(size).fill(value);

/** RFC 9106, section 5.3: four lanes, a secret and associated data, which a vault has no use for but the filling knows. */
export const rfcVector: Argon2Case = {
  memoryKib: 32,
  passes: 3,
  size: 32,
  lanes: 4,
  password: filled(32, 1),
  salt: filled(16, 2),
  secret: filled(8, 3),
  associated: filled(12, 4),
};
export const rfcTag = '0d640df58d78766c08c037a34a8b53c9d01ef0452d75b65eb52520e96b01e659';
