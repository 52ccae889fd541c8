import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readReceipts } from './receipts.ts';

const receipt = {
  provider: 'gemini',
  at: 1_000_000,
  outcome: 'served',
  credential: 'server',
  reason: 'invalid',
  attempts: 2,
};

test('E39: a receipt is read with its time by this device’s clock, and with nothing else that came along', () => {
  const sent = { ...receipt, sealId: '00', job: 'chat', key: 'never shown' };
  assert.deepEqual(readReceipts([sent], -500), [{ ...receipt, at: 999_500 }]);
});

test('what this version does not know is left out, and the rest stays in order', () => {
  const strange = [
    { reason: 'a_new_reason' },
    { reason: 'constructor' },
    { outcome: 'postponed' },
    { credential: 'friend' },
    { at: '1' },
    { at: -1 },
    { at: 1.5 },
    { attempts: NaN },
    { provider: 7 },
  ].map((change) => ({ ...receipt, ...change }));
  const older = { ...receipt, at: 1 };
  assert.deepEqual(readReceipts([receipt, ...strange, null, 'x', [], older], 0), [receipt, older]);
  for (const value of [undefined, null, {}, 'receipts', { length: 1 }])
    assert.deepEqual(readReceipts(value, 0), []);
});

test('no more than fifty are looked at', () => {
  assert.equal(readReceipts(new Array(1_000).fill(receipt), 0).length, 50);
});
