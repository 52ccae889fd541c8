import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { brotliCompressSync } from 'node:zlib';
import { fromRoot } from '../lib/files.ts';

for (const name of ['vault', 'deriver', 'deriver-scalar', 'platform']) {
  test(`${name}.wasm asks its host for random bytes and for nothing else`, (context) => {
    const bytes = readFileSync(fromRoot('build/wasm', `${name}.wasm`));
    context.diagnostic(
      `${String(bytes.length)} bytes, ${String(brotliCompressSync(bytes).length)} with brotli`,
    );
    const imports = WebAssembly.Module.imports(new WebAssembly.Module(bytes));
    assert.deepEqual(
      imports.map(({ module, name }) => `${module}.${name}`),
      ['env.byok_random'],
    );
  });
}
