// The vectors are what the second implementation makes, and its Argon2id gives the answer of RFC 9106.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { argon2Sync } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { test } from 'node:test';

const read = (name) => JSON.parse(readFileSync(new URL(name, import.meta.url), 'utf8'));

test('the kept vectors are what tools/make-vectors.mjs makes from docs/format.md', () => {
  const script = fileURLToPath(new URL('../../tools/make-vectors.mjs', import.meta.url));
  execFileSync(process.execPath, [script, '--check'], { stdio: 'pipe' });
});

test('the Argon2id of OpenSSL gives the vector of RFC 9106, section 5.3', () => {
  const tag = argon2Sync('argon2id', {
    message: Buffer.alloc(32, 1),
    nonce: Buffer.alloc(16, 2),
    secret: Buffer.alloc(8, 3),
    associatedData: Buffer.alloc(12, 4),
    parallelism: 4,
    tagLength: 32,
    memory: 32,
    passes: 3,
  });
  assert.equal(tag.toString('hex'), '0d640df58d78766c08c037a34a8b53c9d01ef0452d75b65eb52520e96b01e659');
});

test('and every derived key of the vectors', () => {
  const derivations = [...read('kdf.json').derivations, ...read('vault.json').slots];
  assert.equal(derivations.length, 7);
  for (const { password, memoryKib, passes, salt, kek } of derivations) {
    const tag = argon2Sync('argon2id', {
      message: Buffer.from(password, 'utf8'),
      nonce: Buffer.from(salt, 'hex'),
      parallelism: 1,
      tagLength: 32,
      memory: memoryKib,
      passes,
    });
    assert.equal(tag.toString('hex'), kek);
  }
});
