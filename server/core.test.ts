import assert from 'node:assert/strict';
import { test } from 'node:test';
import sodium from 'libsodium-wrappers-sumo';
import { hexSecret, testCore } from './testing/platform.ts';

await sodium.ready;

/** include/byok/platform_secret.h, by a second implementation: a length of 4 bytes in front of each field. */
function context(...fields: (string | Uint8Array)[]): Uint8Array {
  return Buffer.concat(
    ['byok-vault', Uint8Array.of(1, 0), ...fields].flatMap((field) => {
      const bytes = Buffer.from(field);
      const length = Buffer.alloc(4);
      length.writeUInt32LE(bytes.length);
      return [length, bytes];
    }),
  );
}

test('a tag is the keyed hash that is laid down', async () => {
  const secret = hexSecret();
  const core = await testCore([Uint8Array.from(secret)]);
  const root = Buffer.from(Buffer.from(secret).toString(), 'hex');
  const tagKey = sodium.crypto_generichash(32, context('platform-tag-key'), root);
  const message = Buffer.from('demo-0123456789abcdef');
  for (const purpose of ['session', 'key']) {
    const key = sodium.crypto_generichash(32, context('platform-tag', purpose), tagKey);
    const expected = Buffer.from(sodium.crypto_generichash(32, message, key)).toString('hex');
    assert.equal(core.tag(purpose, message), expected);
  }
});

test('tags differ by purpose, message and secret', async () => {
  const [one, other] = [await testCore(), await testCore()];
  const message = Buffer.from('a');
  const tags = [
    one.tag('session', message),
    one.tag('key', message),
    one.tag('key', Buffer.from('b')),
    other.tag('key', message),
  ];
  assert.equal(new Set(tags).size, 4);
  assert.equal(one.tag('key', message), tags[1]);
});
