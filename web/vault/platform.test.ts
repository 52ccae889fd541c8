/** The vault's calls of its own origin, against answers that are made up here. */
import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import { VaultError } from '../core/errors.ts';
import { Platform } from './platform.ts';

interface Seen {
  readonly path: string;
  readonly method: string;
  readonly keepalive: boolean;
  readonly body: unknown;
  readonly sealed?: string;
}

type Answer = () => Response | Promise<Response>;

const platformNow = 1_700_000_000_000;
const original = globalThis.fetch;
let seen: Seen[] = [];
let answers: Record<string, Answer> = {};

const data = (value: unknown): Answer => {
  return () => Response.json({ result: { data: value } });
};
const offline: Answer = () => Promise.reject(new TypeError('offline'));

beforeEach(() => {
  seen = [];
  answers = {
    platformKey: data({ key: Buffer.alloc(32, 7).toString('base64url'), id: '00' }),
    whoami: data({ id: 'u1', name: 'Ada', now: platformNow }),
    clearByokKeys: data({ at: platformNow }),
    recordByokEvents: data({ recorded: 1 }),
    receipts: data({ receipts: [] }),
  };
  globalThis.fetch = async (input, init) => {
    const path = new URL(input as string).pathname.replace('/byok/', '');
    const { method = 'GET', keepalive = false, body } = init ?? {};
    const sealed = new Headers(init?.headers).get('X-BYOK-Key');
    seen.push({
      path,
      method,
      keepalive,
      body: typeof body === 'string' ? (JSON.parse(body) as unknown) : null,
      ...(sealed === null ? {} : { sealed }),
    });
    return (await answers[path]?.()) ?? new Response('', { status: 404 });
  };
});
afterEach(() => {
  globalThis.fetch = original;
});

const platform = (): Platform => new Platform(new URL('https://vault.example/byok/'));
const settle = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 20));

test('E33: clearing outlives the document, says nothing of any key, and its failure is nobody’s error', async () => {
  const calls = platform();
  calls.clearKeys();
  await settle();
  assert.deepEqual(seen, [{ path: 'clearByokKeys', method: 'POST', keepalive: true, body: null }]);
  answers['clearByokKeys'] = offline;
  calls.clearKeys();
  await settle();
  assert.equal((await calls.target()).user.id, 'u1');
});

test('E33: what is sealed after clearing is newer than it, however late the platform’s time was heard', async () => {
  const calls = platform();
  assert.ok((await calls.target()).target.now < platformNow + 5_000);
  // The platform's clock went on while its answer travelled.
  answers['clearByokKeys'] = data({ at: platformNow + 30_000 });
  calls.clearKeys();
  assert.equal((await calls.target()).target.now, platformNow + 30_001);
});

test('reports are sent together when the document may end, outlive it, and are dropped where no one hears them', async () => {
  const calls = platform();
  calls.report({ event: 'unlock_failed' });
  calls.report({ event: 'vault_locked', reason: 'idle' });
  assert.deepEqual(seen, []);
  calls.sendReports();
  await settle();
  const body = [{ event: 'unlock_failed' }, { event: 'vault_locked', reason: 'idle' }];
  assert.deepEqual(seen, [{ path: 'recordByokEvents', method: 'POST', keepalive: true, body }]);
  answers['recordByokEvents'] = offline;
  calls.report({ event: 'unlock_failed' });
  calls.sendReports();
  await settle();
  calls.sendReports();
  assert.equal(seen.length, 2);
});

test('E39: receipts come with the user they are of, and with this device’s time', async () => {
  const receipt = {
    provider: 'gemini',
    at: platformNow - 60_000,
    outcome: 'served',
    credential: 'user',
    reason: 'as_asked',
    attempts: 1,
  };
  answers['receipts'] = data({ receipts: [{ ...receipt, job: 'chat', sealId: '00' }] });
  const { user, receipts } = await platform().receipts();
  assert.equal(user.id, 'u1');
  assert.ok(Math.abs(Date.now() - 60_000 - (receipts[0]?.at ?? 0)) < 5_000);
  assert.equal(seen.find(({ path }) => path === 'receipts')?.method, 'GET');
  answers['receipts'] = offline;
  await assert.rejects(platform().receipts(), new VaultError('platform_unreachable'));
});

test('the platform’s own refusals are told apart from a proxy’s error page, and what either says goes no further', async () => {
  const refusal = (message: unknown): Answer => {
    return () => Response.json({ error: { message } }, { status: 400 });
  };
  for (const [answer, code] of [
    [refusal('rate_limited'), 'rate_limited'],
    [refusal('not_allowed'), 'platform_refused'],
    [refusal('a sentence of someone else'), 'platform_unreachable'],
    [refusal(7), 'platform_unreachable'],
    [() => Response.json(null), 'platform_unreachable'],
    [() => new Response('<h1>Bad gateway</h1>', { status: 502 }), 'platform_unreachable'],
    [offline, 'platform_unreachable'],
  ] as const) {
    answers['whoami'] = answer;
    await assert.rejects(platform().user(), new VaultError(code));
  }
});

test('a test sends the sealed key in its header, and nothing of it elsewhere', async () => {
  answers['testByokKey'] = data({ valid: true, verdict: 'valid', provider: 'openai' });
  assert.equal(await platform().test('openai', Uint8Array.of(1, 2, 3)), 'valid');
  const [call] = seen;
  assert.deepEqual(call?.body, { provider: 'openai' });
  assert.equal(call.sealed, 'AQID');
  assert.equal(call.keepalive, false);
});
