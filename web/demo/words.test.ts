import assert from 'node:assert/strict';
import { test } from 'node:test';
import { receiptText, refusalText } from './words.ts';

const receipt = { credential: 'user', reason: 'as_asked', attempts: 1, sealId: null } as const;

test('every refusal on the way of a job has words, and what is not known is named by its code', () => {
  const codes = [
    'no_key',
    'locked',
    'user_declined',
    'rate_limited',
    'no_api_key',
    'user_key_missing',
    'cache_unavailable',
    'user_key_failed',
    'worker_lost',
    'network',
  ];
  const said = codes.map((code) => refusalText(code, 'Gemini'));
  for (const text of said) assert.match(text, /^[A-Z][^(]+\.$/);
  assert.equal(new Set(said).size, codes.length);
  for (const code of ['constructor', 'a_new_code'])
    assert.match(refusalText(code), new RegExp(`\\(${code}\\)`));
});

test('E13: without any key the provider is named', () => {
  assert.equal(refusalText('no_api_key', 'Gemini'), 'No API key available for provider Gemini.');
});

test('E5: a receipt says whose key answered, and what was wrong with the user’s', () => {
  assert.equal(receiptText(receipt, 'Gemini'), 'Answered with your Gemini key.');
  assert.equal(
    receiptText({ ...receipt, credential: 'server' }, 'Gemini'),
    'Answered with the platform’s key.',
  );
  const rejected = { ...receipt, credential: 'server', reason: 'invalid' } as const;
  assert.equal(receiptText(rejected, 'Gemini'), 'Your Gemini key was rejected; the platform’s key was used.');
  const refused = { ...receipt, reason: 'no_credit' } as const;
  assert.equal(receiptText(refused, 'Gemini', false), 'Your Gemini account has no credit left.');
});
