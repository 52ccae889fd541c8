import assert from 'node:assert/strict';
import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import { test } from 'node:test';
import { demoUser } from './session.ts';
import { hexSecret, testCore } from './testing/platform.ts';

type Core = Awaited<ReturnType<typeof testCore>>;

/** Who a request with this cookie comes from, and the cookie that it is answered with. */
function visit(core: Core, cookie: string, url = '/'): { id: string; set: string | null } {
  const req = new IncomingMessage(new Socket());
  req.url = url;
  req.headers.cookie = cookie;
  const res = new ServerResponse(req);
  const { id } = demoUser(core, req, res, { secure: false, domain: null });
  const [set = null] = [res.getHeader('set-cookie') ?? []].flat().map(String);
  return { id, set: set?.split(';', 1)[0] ?? null };
}

test('of what a first visit asks at once, one answer alone makes a user who stays', async () => {
  const core = await testCore([hexSecret()]);
  for (const url of ['/byok/platformKey', '/byok/recordByokEvents', '/demo/jobs'])
    assert.equal(visit(core, '', url).set, null, url);
  const { id, set } = visit(core, '', '/byok/whoami');
  assert.ok(set !== null);
  assert.deepEqual(visit(core, set, '/byok/platformKey'), { id, set: null });
});

test('who is signed in stays so while the secret changes, and after the old one is retired', async () => {
  const [old, next, other] = [hexSecret(), hexSecret(), hexSecret()];
  const before = await testCore([old]);
  const during = await testCore([next, old]);
  const { id, set } = visit(before, '');
  assert.ok(set !== null);
  assert.deepEqual(visit(before, set), { id, set: null }, 'nothing new under the same secret');

  const renewed = visit(during, set);
  assert.equal(renewed.id, id);
  assert.ok(renewed.set !== null && renewed.set !== set);
  assert.deepEqual(visit(await testCore([next]), renewed.set), { id, set: null });
  assert.deepEqual(visit(during, renewed.set), { id, set: null });

  assert.notEqual(visit(await testCore([next]), set).id, id, 'the old signature is worth nothing alone');
  assert.notEqual(visit(await testCore([other]), renewed.set).id, id);
});
