/** Argon2id in WebAssembly, with our own filling and with libsodium's portable one, against libsodium built for this machine. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { after, test } from 'node:test';
import { toHex } from '../web/core/bundle.ts';
import { FullCall as Call } from '../web/core/full-call.ts';
import type { CommonExports } from '../web/core/exports.ts';
import { instantiate } from '../web/core/module.ts';

interface Argon2Exports extends CommonExports {
  byok_argon2id(
    memoryKib: number,
    passes: number,
    lanes: number,
    inputs: number,
    n: number,
    outSize: number,
    out: number,
  ): number;
}

interface Case {
  readonly memoryKib: number;
  readonly passes: number;
  readonly size: number;
  readonly password: Uint8Array;
  readonly salt: Uint8Array;
  readonly lanes?: number;
  readonly secret?: Uint8Array;
  readonly associated?: Uint8Array;
}

const load = (name: string): Promise<Argon2Exports> =>
  instantiate<Argon2Exports>(
    new Uint8Array(readFileSync(new URL(`../build/wasm-argon2/${name}.wasm`, import.meta.url))),
  );
const simd = await load('simd');
const scalar = await load('scalar');
const none = new Uint8Array(0);

function inWasm(core: Argon2Exports, it: Case): string {
  return Call.run(core, (call) => {
    const inputs = call.bundle([it.password, it.salt, it.secret ?? none, it.associated ?? none]);
    const { memoryKib, passes, lanes = 1, size } = it;
    return toHex(
      call.check(core.byok_argon2id(memoryKib, passes, lanes, ...inputs, size, call.out())).takeBytes(),
    );
  });
}

const native = spawn(new URL('../build/native-release/argon2id', import.meta.url).pathname);
const answers = createInterface({ input: native.stdout })[Symbol.asyncIterator]();
after(() => native.kill());

/** Asks for many at once, so that both sides work meanwhile. */
function ask(cases: readonly Case[]): void {
  const hex = (bytes: Uint8Array): string => (bytes.length === 0 ? '-' : toHex(bytes));
  for (const { memoryKib, passes, size, password, salt } of cases)
    native.stdin.write(
      `${String(memoryKib)} ${String(passes)} ${String(size)} ${hex(password)} ${hex(salt)}\n`,
    );
}

async function answer(): Promise<string> {
  const { value } = (await answers.next()) as { value?: string };
  return value?.split(' ')[1] ?? 'no answer';
}

/** The same cases each time (mulberry32), so that one that fails can be looked at. */
function random(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let x = Math.imul(state ^ (state >>> 15), 1 | state);
    x = (x + Math.imul(x ^ (x >>> 7), 61 | x)) ^ x;
    return ((x ^ (x >>> 14)) >>> 0) % below;
  };
}

function randomCases(count: number): Case[] {
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

test('2,000 random derivations give what libsodium gives natively, with SIMD and without', async () => {
  const cases = randomCases(2_000);
  ask(cases);
  for (const [i, it] of cases.entries()) {
    const expected = await answer();
    const what = `case ${String(i)}: ${String(it.memoryKib)} KiB, ${String(it.passes)} passes`;
    assert.equal(inWasm(simd, it), expected, what);
    assert.equal(inWasm(scalar, it), expected, `${what}, scalar`);
  }
});

test('every memory from 8 to 72 KiB, where segments are shortest', async () => {
  const cases = Array.from({ length: 65 }, (_, i) => ({
    memoryKib: 8 + i,
    passes: 4,
    size: 32,
    password: Uint8Array.of(i),
    salt: new Uint8Array(16).fill(i),
  }));
  ask(cases);
  for (const it of cases) {
    const expected = await answer();
    assert.equal(inWasm(simd, it), expected);
    assert.equal(inWasm(scalar, it), expected);
  }
});

test('the parameters of a real vault, and the largest that we make', async () => {
  const password = new TextEncoder().encode('correct horse battery');
  const cases = [
    { memoryKib: 19 * 1024, passes: 2 },
    { memoryKib: 64 * 1024, passes: 3 },
    { memoryKib: 256 * 1024, passes: 3 },
  ].map((cost) => ({ ...cost, size: 32, password, salt: new Uint8Array(16).fill(9) }));
  ask(cases);
  for (const it of cases) assert.equal(inWasm(simd, it), await answer());
});

/** RFC 9106, section 5.3: four lanes, a secret and associated data, which a vault has no use for but the filling knows. */
test("RFC 9106's vector for Argon2id, and as many lanes as there may be, with SIMD and without", () => {
  const filled = (size: number, value: number): Uint8Array => new Uint8Array(size).fill(value);
  const vector = {
    memoryKib: 32,
    passes: 3,
    size: 32,
    lanes: 4,
    password: filled(32, 1),
    salt: filled(16, 2),
    secret: filled(8, 3),
    associated: filled(12, 4),
  };
  const tag = '0d640df58d78766c08c037a34a8b53c9d01ef0452d75b65eb52520e96b01e659';
  assert.equal(inWasm(simd, vector), tag);
  assert.equal(inWasm(scalar, vector), tag);
  for (let lanes = 2; lanes <= 9; lanes += 1) {
    const it = { ...vector, lanes, memoryKib: 8 * lanes + 37 };
    assert.equal(inWasm(simd, it), inWasm(scalar, it));
  }
});
