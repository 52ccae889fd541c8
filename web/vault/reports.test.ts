import assert from 'node:assert/strict';
import { mock, test } from 'node:test';
import { Reports, type Report } from './reports.ts';

const failed: Report = { event: 'unlock_failed' };
const locked: Report = { event: 'vault_locked', reason: 'idle' };

test('what comes within a second goes together, and nothing is sent where nothing waits', (context) => {
  mock.timers.enable({ apis: ['setTimeout'] });
  context.after(() => {
    mock.timers.reset();
  });
  const sent: Report[][] = [];
  const reports = new Reports((batch) => sent.push(batch));
  reports.send();
  reports.add(failed);
  mock.timers.tick(999);
  reports.add(locked);
  assert.deepEqual(sent, []);
  mock.timers.tick(1);
  assert.deepEqual(sent, [[failed, locked]]);
  mock.timers.tick(60_000);
  assert.equal(sent.length, 1);
});

test('a document that ends sends what waits, once', (context) => {
  mock.timers.enable({ apis: ['setTimeout'] });
  context.after(() => {
    mock.timers.reset();
  });
  const sent: Report[][] = [];
  const reports = new Reports((batch) => sent.push(batch));
  reports.add(locked);
  reports.send();
  mock.timers.tick(60_000);
  assert.deepEqual(sent, [[locked]]);
});

test('no more than the platform takes is kept', (context) => {
  mock.timers.enable({ apis: ['setTimeout'] });
  context.after(() => {
    mock.timers.reset();
  });
  const sent: Report[][] = [];
  const reports = new Reports((batch) => sent.push(batch));
  for (let n = 0; n < 50; n++) reports.add(failed);
  mock.timers.tick(1_000);
  assert.deepEqual(
    sent.map(({ length }) => length),
    [20],
  );
});
