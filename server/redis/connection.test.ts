import assert from 'node:assert/strict';
import { test } from 'node:test';
import { VaultError } from '../../web/core/errors.ts';
import { startRedis } from '../testing/redis.ts';
import { Redis } from './connection.ts';

const patienceMs = 200;

function beBusy(ms: number): void {
  for (const end = performance.now() + ms; performance.now() < end;);
}

test('E15: an answer that came while this process was busy is heard, however long that was', async (t) => {
  const server = await startRedis(['--save', '']);
  const redis = new Redis({ url: server.url, patienceMs });
  t.after(async () => {
    redis.close();
    await server.close();
  });
  assert.ok(await redis.ready(5_000));
  const answer = redis.run((client) => client.ping());
  // The request goes out.
  await new Promise((resolve) => setImmediate(resolve));
  beBusy(3 * patienceMs);
  assert.equal(String(await answer), 'PONG');
});

test('E15: a Redis that stands still is waited for no longer than that', async (t) => {
  const server = await startRedis(['--save', '']);
  const redis = new Redis({ url: server.url, patienceMs });
  t.after(async () => {
    server.thaw();
    redis.close();
    await server.close();
  });
  assert.ok(await redis.ready(5_000));
  server.freeze();
  const begin = performance.now();
  await assert.rejects(
    redis.run((client) => client.ping()),
    new VaultError('cache_unavailable'),
  );
  assert.ok(performance.now() - begin >= patienceMs);
});
