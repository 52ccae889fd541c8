import assert from 'node:assert/strict';
import { test } from 'node:test';
import { areProviders, readCallId, readToApp, readToFrame } from './protocol.ts';
import { isSameSite } from './site-of.ts';

const seal = { type: 'call', id: 7, method: 'seal', providers: ['openai', 'gemini'] };
const sealed = { provider: 'openai', sealed: 'c2VhbGVk', sealId: '00ff' };

test('the frame reads exactly the calls that there are', () => {
  assert.deepEqual(readToFrame(seal), seal);
  assert.deepEqual(readToFrame({ type: 'call', id: 1, method: 'state' }), {
    type: 'call',
    id: 1,
    method: 'state',
  });
  assert.deepEqual(readToFrame({ type: 'call', id: 1, method: 'lock' }), {
    type: 'call',
    id: 1,
    method: 'lock',
  });
  assert.deepEqual(readToFrame({ type: 'activity' }), { type: 'activity' });
  assert.deepEqual(readToFrame({ type: 'decline' }), { type: 'decline' });
  assert.deepEqual(readToFrame({ type: 'focus', on: 'title' }), { type: 'focus', on: 'title' });
});

test('whatever else an app sends is no message', () => {
  const wrong: unknown[] = [
    null,
    undefined,
    'activity',
    7,
    [],
    [seal],
    {},
    { type: 'activity', more: 1 },
    { type: 'focus' },
    { type: 'focus', on: '#secret' },
    { ...seal, user: 'someone else' },
    { ...seal, platformKey: 'mine' },
    { ...seal, id: 0 },
    { ...seal, id: 1.5 },
    { ...seal, id: '1' },
    { ...seal, id: Infinity },
    { ...seal, method: 'list' },
    { ...seal, method: 'create' },
    { type: 'call', id: 1, method: 'allow' },
    { type: 'call', id: 1, method: 'allowApp' },
    { type: 'call', id: 1, method: 'lock', app: 'https://other.example' },
    { ...seal, app: 'https://other.example' },
    { type: 'allow' },
    { ...seal, providers: [] },
    { ...seal, providers: 'openai' },
    { ...seal, providers: ['openai', 'openai'] },
    { ...seal, providers: ['../openai'] },
    { ...seal, providers: ['open\u0000ai'] },
    { ...seal, providers: [{ toString: () => 'openai' }] },
    { ...seal, providers: Array.from({ length: 9 }, (_, i) => `p${String(i)}`) },
    { type: 'call', id: 1, method: 'state', providers: ['openai'] },
    Object.assign(Object.create({ type: 'activity' }), {}),
    new (class {
      type = 'activity';
    })(),
    JSON.parse('{"type":"activity","__proto__":{"x":1}}'),
  ];
  for (const data of wrong) assert.equal(readToFrame(data), null, JSON.stringify(data));
});

test('a call that can’t be read is refused by its number, where it has one', () => {
  assert.equal(readCallId({ type: 'call', id: 4, method: 'list' }), 4);
  for (const data of [null, {}, { type: 'call' }, { type: 'call', id: -1 }, { type: 'x', id: 1 }]) {
    assert.equal(readCallId(data), null);
  }
});

test('the app reads exactly the messages that there are, and bounds them', () => {
  const good = [
    { type: 'ready' },
    { type: 'state', state: 'locked' },
    { type: 'view', view: 'unlock' },
    { type: 'view', view: 'allow' },
    { type: 'done', id: 1, result: null },
    { type: 'done', id: 1, result: 'empty' },
    { type: 'done', id: 1, result: [sealed] },
    { type: 'refused', id: 1, code: 'user_declined' },
    { type: 'ended', ranOut: false },
    { type: 'closed' },
  ];
  for (const message of good) assert.deepEqual(readToApp(message), message);
  assert.deepEqual(readToApp({ type: 'size', height: 100.2 }), { type: 'size', height: 101 });
  assert.deepEqual(readToApp({ type: 'size', height: 1e9 }), { type: 'size', height: 20_000 });
});

test('whatever else a frame sends is no message', () => {
  const wrong: unknown[] = [
    { type: 'size', height: -1 },
    { type: 'size', height: NaN },
    { type: 'size', height: '10' },
    { type: 'state', state: 'starting' },
    { type: 'state', state: 'unlocked', records: [] },
    { type: 'view', view: 'other' },
    { type: 'ended' },
    { type: 'ended', ranOut: 'idle' },
    { type: 'closed', code: 'locked' },
    { type: 'refused', id: 1, code: 'ok' },
    { type: 'refused', id: 1, code: 'toString' },
    { type: 'done', id: 1, result: { key: 'x' } },
    { type: 'done', id: 1, result: [{ ...sealed, key: 'x' }] },
    { type: 'done', id: 1, result: [{ ...sealed, sealed: '<b>' }] },
  ];
  for (const data of wrong) assert.equal(readToApp(data), null, JSON.stringify(data));
});

test('seal asks for 1 to 8 different providers', () => {
  assert.equal(areProviders(['openai']), true);
  for (const wrong of [[], ['OpenAI'], ['a', 'a'], [''], ['x'.repeat(33)]])
    assert.equal(areProviders(wrong), false);
});

test('a frame knows an app of another site', () => {
  const vault = 'https://vault.example.com';
  assert.equal(isSameSite(vault, 'https://app.example.com'), true);
  assert.equal(isSameSite('http://localhost:8081', 'http://localhost:8080'), true);
  assert.equal(isSameSite('https://vault.example.co.uk', 'https://app.example.co.uk'), true);
  assert.equal(isSameSite('https://vault.example.co.uk', 'https://app.other.co.uk'), false);
  assert.equal(isSameSite(vault, 'https://example.org'), false);
  assert.equal(isSameSite(vault, 'http://app.example.com'), false);
  assert.equal(isSameSite('http://127.0.0.1:1', 'http://10.0.0.1:1'), false);
  assert.equal(isSameSite(vault, 'null'), false);
});
