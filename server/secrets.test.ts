import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { SecretProblem, useSecretsOf } from './secrets.ts';
import { testCore } from './testing/platform.ts';

const core = await testCore();
const folder = mkdtempSync(join(tmpdir(), 'byok-secrets-'));
after(() => {
  rmSync(folder, { recursive: true });
});

const good = '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08';
const other = '60303ae22b998861bce3b28f33eec1be758a213c86c93c076dbe9f558c11c752';

function keyIdFor(env: NodeJS.ProcessEnv): string {
  useSecretsOf(env, (secrets) => {
    core.useSecrets(secrets);
  });
  return core.publicKey().id;
}

describe('E16: a secret that will not do is refused and explained, and its value is not shown', () => {
  const cases: [what: string, value: string | undefined, words: RegExp][] = [
    ['missing', undefined, /is not set/],
    ['empty', '', /is not set/],
    ['short', good.slice(0, 63), /64 characters/],
    ['long', `${good}0`, /64 characters/],
    ['not hex', `${good.slice(0, 63)}g`, /0-9 and a-f/],
    ['one byte over and over', '5a'.repeat(32), /repeats one byte/],
    ['a good one with a bad one behind it', `${good},5a5a`, /64 characters/],
  ];
  for (const [what, value, words] of cases) {
    test(what, () => {
      const env = value === undefined ? {} : { PLATFORM_TOKEN_SECRET: value };
      assert.throws(
        () => keyIdFor(env),
        (error: Error) => {
          assert.ok(error instanceof SecretProblem);
          assert.match(error.message, words);
          assert.match(error.message, /openssl rand -hex 32/);
          const shown = `${error.message}${String(error.stack)}${String(error.cause)}`;
          if (value) assert.ok(!shown.includes(value.slice(0, 8)));
          return true;
        },
      );
    });
  }

  test('a file that is not there', () => {
    const missing = join(folder, 'nowhere');
    assert.throws(() => keyIdFor({ PLATFORM_TOKEN_SECRET_FILE: missing }), SecretProblem);
  });
});

test('the secret may stand in a file, with a line end behind it', () => {
  const file = join(folder, 'secret');
  writeFileSync(file, `${good}\n`);
  assert.equal(keyIdFor({ PLATFORM_TOKEN_SECRET_FILE: file }), keyIdFor({ PLATFORM_TOKEN_SECRET: good }));
});

test('BYOK_SEAL_SECRET comes before PLATFORM_TOKEN_SECRET', () => {
  assert.equal(
    keyIdFor({ BYOK_SEAL_SECRET: other, PLATFORM_TOKEN_SECRET: good }),
    keyIdFor({ PLATFORM_TOKEN_SECRET: other }),
  );
});

test('of several secrets the first one seals', () => {
  assert.equal(
    keyIdFor({ PLATFORM_TOKEN_SECRET: `${other}, ${good}` }),
    keyIdFor({ PLATFORM_TOKEN_SECRET: other }),
  );
});

test('no variable holds a secret afterwards, and the bytes that were handed over are zero', () => {
  const env = {
    BYOK_SEAL_SECRET: good,
    PLATFORM_TOKEN_SECRET: other,
    PLATFORM_TOKEN_SECRET_FILE: 'x',
    PATH: '/bin',
  };
  let seen: Uint8Array[] = [];
  useSecretsOf(env, (secrets) => (seen = secrets));
  assert.deepEqual(env, { PATH: '/bin' });
  assert.ok(seen.length === 1 && seen[0]?.length === 64 && seen[0].every((byte) => byte === 0));
});
