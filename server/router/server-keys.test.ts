import assert from 'node:assert/strict';
import { test } from 'node:test';
import { takeServerKeys } from './server-keys.ts';

const ids = ['gemini', 'openai'];

test('keys are taken out of the environment, each for its provider', () => {
  const env = { BYOK_SERVER_KEY_OPENAI: 'sk-a', PATH: '/bin', BYOK_SERVER_KEY_GEMINI: 'AIza-b' };
  const keys = takeServerKeys(env, ids);
  assert.deepEqual(env, { PATH: '/bin' });
  assert.equal(Buffer.from(keys.get('openai') ?? []).toString(), 'sk-a');
  assert.equal(Buffer.from(keys.get('gemini') ?? []).toString(), 'AIza-b');
  assert.equal(takeServerKeys({}, ids).get('openai'), undefined);
});

test('E29: what can be no key, or is for nobody, is named, never quoted, and taken out all the same', () => {
  for (const [name, value] of [
    ['BYOK_SERVER_KEY_OPENAI', ''],
    ['BYOK_SERVER_KEY_OPENAI', 'canary canary'],
    ['BYOK_SERVER_KEY_OPENAI', 'canary\r\nx: y'],
    ['BYOK_SERVER_KEY_OPENAI', 'canary'.repeat(100)],
    ['BYOK_SERVER_KEY_OPENAY', 'canary'],
  ] as const) {
    const env = { [name]: value, BYOK_SERVER_KEY_GEMINI: 'canary' };
    assert.throws(
      () => takeServerKeys(env, ids),
      ({ message }: Error) => message.includes('BYOK_SERVER_KEY_') && !message.includes('canary'),
    );
    assert.deepEqual(env, {});
  }
});
