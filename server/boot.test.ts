import assert from 'node:assert/strict';
import { test } from 'node:test';
import { redisOf } from './boot.ts';
import type { LogFields } from './log.ts';

test('an address of Redis, which holds a password, is taken out of the environment, and a start goes on without a Redis that is away', async () => {
  const env = { REDIS_URL: 'redis://api:Sesame-4kTz@127.0.0.1:1', OTHER: 'stays' };
  const lines: LogFields[] = [];
  const redis = await redisOf(env, 'REDIS_URL', (fields) => lines.push(fields));
  assert.notEqual(redis, null);
  redis?.close();
  assert.deepEqual(env, { OTHER: 'stays' });
  assert.deepEqual(lines, [{ event: 'redis_away' }]);
});

test('where no address is set there is no Redis', async () => {
  const log = (): void => assert.fail();
  assert.equal(await redisOf({}, 'REDIS_URL', log), null);
  assert.equal(await redisOf({ REDIS_URL: '' }, 'REDIS_URL', log), null);
});
