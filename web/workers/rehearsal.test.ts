/** The rehearsal goes through what an unlock goes through, and leaves nothing behind. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { Core } from '../core/core.ts';
import { rehearse } from './rehearsal.ts';

/** What an unlocked vault may have of linear memory (docs/performance.md). */
const mostBytes = 1.5 * 1024 * 1024;

test('a rehearsal comes to its end, and however often it is held the memory stays small', async (t) => {
  const { instantiate } = WebAssembly;
  let memory: WebAssembly.Memory | undefined;
  t.mock.method(
    WebAssembly,
    'instantiate',
    async (module: WebAssembly.Module, imports: WebAssembly.Imports) => {
      const instance = await instantiate(module, imports);
      memory = instance.exports['memory'] as WebAssembly.Memory;
      return instance;
    },
  );
  const core = await Core.load(
    new Uint8Array(readFileSync(new URL('../../build/wasm/vault.wasm', import.meta.url))),
  );
  for (let times = 0; times < 50; times += 1) {
    const steps = [...rehearse(core)].length;
    assert.ok(steps > 8, 'often enough for an engine to notice');
  }
  assert.ok(memory !== undefined && memory.buffer.byteLength <= mostBytes);
});
