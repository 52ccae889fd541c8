/** A job from the app's page to its answer, in the whole server: sealed key, cache, queue, provider, receipt. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { ServerKeys } from '../router/server-keys.ts';
import { startSandbox } from '../sandbox/sandbox.ts';
import {
  fixtures,
  startPlatform,
  testCore,
  type TestPlatform,
  type TestVisitor,
} from '../testing/platform.ts';

const plenty = { testsPerMinute: 10_000, keysPerDay: 10_000, invalidPerHour: 10_000 };

let platform: TestPlatform;
let someone: TestVisitor;
before(async () => {
  platform = await startPlatform({
    limits: plenty,
    sandbox: await startSandbox(await testCore(), fixtures),
    serverKeys: new ServerKeys(new Map([['gemini', Buffer.from('platform-valid')]])),
  });
  someone = await platform.visitor();
});
after(async () => {
  await platform.close();
});

interface Answer {
  readonly status: number;
  readonly body: Record<string, unknown>;
}

async function send(path: string, init: RequestInit = {}, { cookie } = someone): Promise<Answer> {
  const headers = { cookie, 'content-type': 'application/json', ...(init.headers as object) };
  const reply = await fetch(platform.app + path, { ...init, headers });
  const text = await reply.text();
  const body: unknown = reply.headers.get('content-type') === 'application/json' ? JSON.parse(text) : {};
  return { status: reply.status, body: body as Record<string, unknown> };
}

const submit = (provider: string, more: object = {}): Promise<Answer> =>
  send('/demo/jobs', { method: 'POST', body: JSON.stringify({ provider, text: 'Hello', ...more }) });

async function ended(id: unknown): Promise<Record<string, unknown>> {
  for (;;) {
    const { status, body } = await send(`/demo/jobs/${String(id)}`);
    assert.equal(status, 200);
    if (body['state'] !== 'waiting') return body;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

async function cache(provider: string, key: string): Promise<void> {
  const sealed = await someone.seal({ provider, key, purpose: 'job', life: 300_000 });
  await someone.cache({ [provider]: sealed });
}

test("the user's key serves, and the receipt says so, to the user alone", async () => {
  await cache('openai', 'sk-proj-mine-valid');
  const { body } = await submit('openai');
  const { state, text, receipt } = await ended(body['id']);
  assert.equal(state, 'done');
  assert.match(String(text), /Hello/);
  const { sealId, ...rest } = receipt as Record<string, unknown>;
  assert.deepEqual(rest, { credential: 'user', reason: 'as_asked', attempts: 1 });
  assert.match(String(sealId), /^[0-9a-f]{32}$/);

  const other = await platform.visitor();
  assert.equal((await send(`/demo/jobs/${String(body['id'])}`, {}, other)).status, 404);
  assert.deepEqual(await other.client.receipts.query(), { receipts: [] });
  const { receipts } = await someone.client.receipts.query();
  assert.equal(receipts[0]?.sealId, sealId);
  assert.equal(receipts[0]?.outcome, 'served');
});

test("E5, E14: a key that is turned down gives way to the platform's, never silently", async () => {
  await cache('gemini', 'AIzaMine-invalid');
  const { receipt } = await ended((await submit('gemini')).body['id']);
  assert.equal((receipt as Record<string, unknown>)['credential'], 'server');
  assert.equal((receipt as Record<string, unknown>)['reason'], 'invalid');
  const { receipts } = await someone.client.receipts.query();
  assert.deepEqual([receipts[0]?.provider, receipts[0]?.reason], ['gemini', 'invalid']);
  assert.ok(platform.logged.some((line) => line.includes('byok_fallback_server_key')));
});

test('E13: neither key', async () => {
  const { state, error } = await ended((await submit('anthropic')).body['id']);
  assert.deepEqual([state, error], ['failed', 'no_api_key']);
});

describe('what is refused, with its code alone', () => {
  const cases: [what: string, status: number, ask: () => Promise<Answer>][] = [
    [
      'another site',
      403,
      () => send('/demo/jobs', { method: 'POST', headers: { origin: 'https://evil.example' }, body: '{}' }),
    ],
    [
      'no JSON',
      415,
      () => send('/demo/jobs', { method: 'POST', headers: { 'content-type': 'text/plain' }, body: '{}' }),
    ],
    ['half of it', 400, () => send('/demo/jobs', { method: 'POST', body: '{"provider":"ope' })],
    ['a policy of its own', 400, () => submit('openai', { credential: 'server' })],
    ['a user of its own', 400, () => submit('openai', { userId: 'someone' })],
    ['no such provider', 400, () => submit('nobody')],
    [
      'too long',
      413,
      () =>
        send('/demo/jobs', {
          method: 'POST',
          body: JSON.stringify({ provider: 'openai', text: 'x'.repeat(20_000) }),
        }),
    ],
    ['no such job', 404, () => send('/demo/jobs/00000000-0000-4000-8000-000000000000')],
    ['a path of its own', 404, () => send('/demo/jobs/../secrets')],
    ['the wrong method', 405, () => send('/demo/jobs', { method: 'DELETE' })],
  ];
  for (const [what, status, ask] of cases) {
    test(what, async () => {
      const answer = await ask();
      assert.equal(answer.status, status);
      assert.doesNotMatch(JSON.stringify(answer.body), /nobody|someone|secrets|evil/);
    });
  }
});

test('the vault’s own origin has no jobs', async () => {
  const reply = await fetch(`${platform.vault}/demo/jobs`, { headers: { cookie: someone.cookie } });
  assert.equal(reply.status, 404);
});
