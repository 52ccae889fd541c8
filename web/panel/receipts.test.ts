import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { RouteReason } from '../core/route.ts';
import type { RecordMeta } from '../core/types.ts';
import type { JobReceipt } from '../vault/api.ts';
import { fellShort, lastUse, textOf, verdictOf } from './receipts.ts';
import { words } from './words.ts';

const meta: RecordMeta = {
  provider: 'gemini',
  label: '',
  preview: '',
  added: 10,
  updated: 100,
  verdict: 'valid',
  verdictAt: 150,
};
const used: JobReceipt = {
  provider: 'gemini',
  at: 200,
  outcome: 'served',
  credential: 'user',
  reason: 'as_asked',
  attempts: 1,
};
const rejected: JobReceipt = { ...used, credential: 'server', reason: 'invalid', attempts: 2 };
const reasons = Object.keys(words.receipts.why) as Exclude<RouteReason, 'as_asked'>[];

test('the last job that was about the stored key is shown, and no other one', () => {
  const own: JobReceipt = { ...used, at: 900, credential: 'server' };
  const other: JobReceipt = { ...used, at: 800, provider: 'openai' };
  assert.equal(lastUse([own, other, rejected, used], meta), rejected);
  assert.equal(lastUse([own, other], meta), null);
  // An older key's.
  assert.equal(lastUse([rejected], { ...meta, updated: 201 }), null);
});

test('a key that served is said to be used, and every reason why it did not has a sentence of its own', () => {
  assert.equal(textOf(used, 'Gemini', '2 minutes ago'), 'Used 2 minutes ago.');
  assert.equal(textOf({ ...used, reason: 'rate_limited' }, 'Gemini', 'now'), 'Used now.');
  assert.equal(
    textOf(rejected, 'Gemini', '2 minutes ago'),
    'Your Gemini key was rejected; the platform’s key was used (2 minutes ago).',
  );
  const said = reasons.flatMap((reason) =>
    (['served', 'refused', 'failed'] as const).map((outcome) =>
      textOf({ ...rejected, reason, outcome }, 'Gemini', 'now'),
    ),
  );
  assert.equal(new Set(said).size, 11 * 3);
  for (const text of said) {
    assert.match(text, /Gemini/);
    assert.match(text, /^[A-Z].*; the .+ \(now\)\.$/);
  }
  const refused: JobReceipt = { ...rejected, credential: 'user', outcome: 'refused' };
  assert.match(textOf(refused, 'Gemini', 'now'), /rejected; the job was not done/);
  assert.match(textOf({ ...used, outcome: 'failed' }, 'Gemini', 'now'), /^Used now; the job failed/);
  assert.match(
    textOf({ ...used, outcome: 'failed', attempts: 0 }, 'Gemini', 'now'),
    /before it used this key/,
  );
});

test('E5: a key that a job saw rejected is shown as rejected, until a later test or job says otherwise', () => {
  assert.equal(verdictOf(meta, rejected), 'invalid');
  assert.equal(verdictOf({ ...meta, verdictAt: 201 }, rejected), 'valid');
  assert.equal(verdictOf({ ...meta, verdict: 'no_credit' }, used), 'valid');
  assert.equal(verdictOf({ ...meta, verdict: 'no_credit' }, null), 'no_credit');
});

test('what was in the way of a job says nothing about the key', () => {
  for (const reason of [
    'cache_miss',
    'cache_unavailable',
    'rate_limited',
    'provider_down',
    'unreachable',
  ] as const)
    assert.equal(verdictOf(meta, { ...rejected, reason }), 'valid');
});

test('only a key that was to serve and did not is news', () => {
  assert.equal(fellShort(rejected), true);
  assert.equal(fellShort({ ...rejected, credential: 'user', outcome: 'refused' }), true);
  assert.equal(fellShort(used), false);
  assert.equal(fellShort({ ...used, reason: 'rate_limited' }), false);
  assert.equal(fellShort({ ...used, credential: 'server' }), false);
});
