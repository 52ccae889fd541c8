import assert from 'node:assert/strict';
import { test } from 'node:test';
import { redisOf, takeSecrets } from './boot.ts';
import type { LogFields } from './log.ts';

test('whatever holds a password or a key is taken out of the environment, also what this program does not use', () => {
  const secrets = {
    REDIS_URL: 'redis://api:Sesame-4kTz@127.0.0.1:1',
    QUEUE_REDIS_URL: 'redis://queue:Sesame-5kTz@127.0.0.1:1',
    HEALTH_REDIS_URL: 'redis://health:Sesame-6kTz@127.0.0.1:1',
    BYOK_SERVER_KEY_OPENAI: 'sk-a',
    BYOK_SERVER_KEY_OPENAY: 'sk-b',
  };
  const env: NodeJS.ProcessEnv = { ...secrets, BYOK_ORIGINS: 'stays' };
  assert.deepEqual(takeSecrets(env), secrets);
  assert.deepEqual(env, { BYOK_ORIGINS: 'stays' });
});

test('a start goes on without a Redis that is away', async () => {
  const lines: LogFields[] = [];
  const taken = { REDIS_URL: 'redis://api:Sesame-4kTz@127.0.0.1:1' };
  const redis = await redisOf(taken, 'REDIS_URL', (fields) => lines.push(fields));
  assert.notEqual(redis, null);
  redis?.close();
  assert.deepEqual(lines, [{ event: 'redis_away' }]);
});

test('where no address is set there is no Redis', async () => {
  const log = (): void => assert.fail();
  assert.equal(await redisOf({}, 'REDIS_URL', log), null);
  assert.equal(await redisOf({ REDIS_URL: '' }, 'REDIS_URL', log), null);
});
