import assert from 'node:assert/strict';
import { test } from 'node:test';
import { receiptsInMemory } from './receipts-map.ts';
import { readReceipt, receiptSeconds, type StoredReceipt } from './receipts.ts';

const receipt: StoredReceipt = {
  at: 1_000,
  provider: 'openai',
  job: 'chat',
  outcome: 'served',
  credential: 'server',
  reason: 'invalid',
  attempts: 2,
  sealId: '0123456789abcdef0123456789abcdef',
};

test('newest first, at most fifty, each user their own', async () => {
  const receipts = receiptsInMemory(() => 2_000);
  for (let at = 1; at <= 60; at += 1) await receipts.add('u1', { ...receipt, at });
  await receipts.add('u2', receipt);
  const mine = await receipts.list('u1');
  assert.equal(mine.length, 50);
  assert.deepEqual([mine[0]?.at, mine[49]?.at], [60, 11]);
  assert.deepEqual(await receipts.list('u2'), [receipt]);
  assert.deepEqual(await receipts.list('u3'), []);
});

test('for seven days', async () => {
  let now = 1_000;
  const receipts = receiptsInMemory(() => now);
  await receipts.add('u1', receipt);
  now += receiptSeconds * 1000 - 1;
  assert.equal((await receipts.list('u1')).length, 1);
  now += 1;
  assert.equal((await receipts.list('u1')).length, 0);
});

test('what is read back is a receipt and nothing else', () => {
  assert.deepEqual(readReceipt(JSON.stringify(receipt)), receipt);
  for (const bad of ['', '{', 'null', '[]', '{}']) assert.equal(readReceipt(bad), null);
  for (const [name, value] of [
    ['reason', 'because'],
    ['sealId', 'x'],
    ['provider', '<b>'],
    ['attempts', 9],
    ['text', 'more'],
  ] as const) {
    assert.equal(readReceipt(JSON.stringify({ ...receipt, [name]: value })), null, name);
  }
});
