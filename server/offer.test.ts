/** E7: a platform that does not let people bring keys at present says why, and neither tests, caches nor uses one. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { ServerKeys } from './router/server-keys.ts';
import { divert, refusal, startPlatform, type TestPlatform } from './testing/platform.ts';
import { startUpstream, type Upstream } from './testing/upstream.ts';

let upstream: Upstream;
let platform: TestPlatform;
before(async () => {
  const answer = JSON.stringify({ choices: [{ message: { content: 'An answer' } }] });
  upstream = await startUpstream((_req, res) => res.writeHead(200).end(answer));
  platform = await startPlatform({
    sandbox: divert(upstream.url),
    notOffered: 'plan',
    serverKeys: new ServerKeys(new Map([['openai', Buffer.from('sk-platform')]])),
  });
});
after(async () => {
  await platform.close();
  await upstream.close();
});

test('E7: whoami says why, and nothing that takes a key takes one', async () => {
  const someone = await platform.visitor();
  assert.equal((await someone.client.whoami.query()).notOffered, 'plan');
  const forTest = await someone.seal({ provider: 'openai', key: 'sk-mine' });
  assert.equal(await refusal(someone.test('openai', forTest)), 'not_offered');
  const forJob = await someone.seal({ provider: 'openai', key: 'sk-mine', purpose: 'job' });
  assert.equal(await refusal(someone.cache({ openai: forJob })), 'not_offered');
  assert.equal(upstream.received.length, 0);
});

test('E7: jobs go on with the platform’s key, as before anyone could bring one', async () => {
  const { cookie } = await platform.visitor();
  const headers = { cookie, 'content-type': 'application/json' };
  const body = JSON.stringify({ provider: 'openai', text: 'Hello' });
  const submitted = await fetch(`${platform.app}/demo/jobs`, { method: 'POST', headers, body });
  const { id } = (await submitted.json()) as { id: string };
  let job: { state: string; receipt?: unknown } = { state: 'waiting' };
  while (job.state === 'waiting')
    job = (await (await fetch(`${platform.app}/demo/jobs/${id}`, { headers })).json()) as typeof job;
  assert.equal(job.state, 'done');
  const asked = { credential: 'server', reason: 'as_asked', attempts: 1, sealId: null };
  assert.deepEqual(job.receipt, asked);
  assert.equal(upstream.received.at(-1)?.headers.authorization, 'Bearer sk-platform');
});
