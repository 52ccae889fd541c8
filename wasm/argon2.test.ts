/** Argon2id in WebAssembly, with our own filling and with libsodium's portable one, against libsodium built for this machine. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, test } from 'node:test';
import { describeCase, randomCases, rfcTag, rfcVector } from '../tests/argon2/cases.ts';
import { derive, type Argon2Exports } from '../tests/argon2/derive.ts';
import { startNative } from '../tests/argon2/native.ts';
import { instantiate } from '../web/core/module.ts';

const load = (name: string): Promise<Argon2Exports> =>
  instantiate<Argon2Exports>(
    new Uint8Array(readFileSync(new URL(`../build/wasm-argon2/${name}.wasm`, import.meta.url))),
  );
const simd = await load('simd');
const scalar = await load('scalar');
const native = startNative();
after(() => {
  native.end();
});

test('2,000 random derivations give what libsodium gives natively, with SIMD and without', async () => {
  const cases = randomCases(2_000);
  native.ask(cases);
  for (const [i, it] of cases.entries()) {
    const expected = await native.answer();
    assert.equal(derive(simd, it), expected, describeCase(i, it));
    assert.equal(derive(scalar, it), expected, `${describeCase(i, it)}, scalar`);
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
  native.ask(cases);
  for (const it of cases) {
    const expected = await native.answer();
    assert.equal(derive(simd, it), expected);
    assert.equal(derive(scalar, it), expected);
  }
});

test('the parameters of a real vault, and the largest that we make', async () => {
  const password = new TextEncoder().encode('correct horse battery');
  const cases = [
    { memoryKib: 19 * 1024, passes: 2 },
    { memoryKib: 64 * 1024, passes: 3 },
    { memoryKib: 256 * 1024, passes: 3 },
  ].map((cost) => ({ ...cost, size: 32, password, salt: new Uint8Array(16).fill(9) }));
  native.ask(cases);
  for (const it of cases) assert.equal(derive(simd, it), await native.answer());
});

test("RFC 9106's vector for Argon2id, and as many lanes as there may be, with SIMD and without", () => {
  assert.equal(derive(simd, rfcVector), rfcTag);
  assert.equal(derive(scalar, rfcVector), rfcTag);
  for (let lanes = 2; lanes <= 9; lanes += 1) {
    const it = { ...rfcVector, lanes, memoryKib: 8 * lanes + 37 };
    assert.equal(derive(simd, it), derive(scalar, it));
  }
});
