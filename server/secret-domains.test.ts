/**
 * PLATFORM_TOKEN_SECRET may be in use elsewhere on a platform. So nothing that this software derives from it may be what another use of
 * the same 32 bytes gives. The derivation of docs/format.md is written down here a second time, by libsodium's own build for npm:
 * what the core shows is exactly what it says, and none of what a platform's other code would make of the secret. That the key of
 * the cache's boxes is of a domain of its own, too, is shown where it can be seen: tests/cached_key_test.cpp.
 */
import assert from 'node:assert/strict';
import { createHash, createHmac, hkdfSync, randomBytes } from 'node:crypto';
import { before, test } from 'node:test';
import sodium from 'libsodium-wrappers-sumo';
import { testCore } from './testing/platform.ts';

const secret = randomBytes(32);
const message = Buffer.from('demo-4c7dab1e90f35528');

let core: Awaited<ReturnType<typeof testCore>>;
before(async () => {
  await sodium.ready;
  core = await testCore([Buffer.from(secret.toString('hex'))]);
});

function field(bytes: Uint8Array): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32LE(bytes.length);
  return Buffer.concat([length, bytes]);
}

/** @param fields texts behind the domain, the format version and the purpose. */
function subkey(parent: Uint8Array, purpose: string, ...fields: string[]): Uint8Array {
  const texts = [purpose, ...fields].map((text) => field(Buffer.from(text)));
  const context = Buffer.concat([field(Buffer.from('byok-vault')), field(Uint8Array.of(1, 0)), ...texts]);
  return sodium.crypto_generichash(32, context, parent);
}

function tagOf(domain: string): string {
  const key = subkey(subkey(secret, 'platform-tag-key'), 'platform-tag', domain);
  return Buffer.from(sodium.crypto_generichash(32, message, key)).toString('hex');
}

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

test('sealing, caching and naming have a subkey each, as the format says', () => {
  const seed = subkey(secret, 'platform-seal-key');
  assert.equal(hex(core.publicKey().key), hex(sodium.crypto_box_seed_keypair(seed).publicKey));
  for (const domain of ['session', 'key']) assert.equal(core.tag(domain, message), tagOf(domain));
  assert.deepEqual(core.userTags(message.toString()), [tagOf('cache-user')]);

  const all = ['platform-seal-key', 'platform-cache-key', 'platform-tag-key'].map((purpose) =>
    hex(subkey(secret, purpose)),
  );
  assert.equal(new Set([...all, hex(secret)]).size, 4);
});

test('nothing that is shown is what another use of the same secret gives', () => {
  const shown = new Set([
    hex(core.publicKey().key),
    core.publicKey().id,
    core.userTags(message.toString())[0] ?? '',
    ...['session', 'key', 'cache-user', ''].map((domain) => core.tag(domain, message)),
  ]);
  const text = Buffer.from(secret.toString('hex'));
  const others: Record<string, string> = {};
  for (const [form, key] of [
    ['as bytes', secret],
    ['as text', text],
  ] as const) {
    for (const [what, data] of [
      ['the same message', message],
      ['nothing', Buffer.alloc(0)],
      ['a name of ours', Buffer.from('platform-tag-key')],
    ] as const) {
      for (const hash of ['sha256', 'sha512', 'blake2b512', 'sha3-256']) {
        const mac = createHmac(hash, key).update(data).digest();
        others[`HMAC ${hash} of ${what}, ${form}`] = hex(mac.subarray(0, 32));
        others[`${hash} of secret and ${what}, ${form}`] = hex(
          createHash(hash).update(key).update(data).digest().subarray(0, 32),
        );
      }
      others[`HKDF of ${what}, ${form}`] = hex(new Uint8Array(hkdfSync('sha256', key, '', data, 32)));
      others[`BLAKE2b of ${what}, ${form}`] = hex(sodium.crypto_generichash(32, data, key));
    }
  }
  const pair = sodium.crypto_box_seed_keypair(secret);
  others['an X25519 key pair of the seed'] = hex(pair.publicKey);
  others['an X25519 secret key'] = hex(sodium.crypto_scalarmult_base(secret));
  others['an Ed25519 key pair of the seed'] = hex(sodium.crypto_sign_seed_keypair(secret).publicKey);
  others['a subkey of crypto_kdf'] = hex(sodium.crypto_kdf_derive_from_key(32, 1, 'platform', secret));
  others['the secret'] = hex(secret);

  for (const [use, value] of Object.entries(others)) {
    for (const ours of shown) assert.ok(value !== ours && !value.startsWith(ours), use);
  }
  assert.ok(Object.keys(others).length > 50);
});

test('another secret shares nothing with it', async () => {
  const other = await testCore();
  assert.notEqual(hex(other.publicKey().key), hex(core.publicKey().key));
  assert.notEqual(other.tag('session', message), core.tag('session', message));
  assert.notDeepEqual(other.userTags(message.toString()), core.userTags(message.toString()));
});
