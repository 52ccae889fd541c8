import assert from 'node:assert/strict';
import { test } from 'node:test';
import { countJUnit, countKept, countPlaywright, countRounds, settle } from './results.ts';

const ok = { code: 0, timedOut: false };

test('a JUnit report is counted case by case, whatever the names hold', () => {
  const counts = countJUnit(`<testsuite>
    <testcase name="a &quot;b&quot; &gt; c" classname="x" time="0.1" status="run"><system-out>fine</system-out></testcase>
    <testcase name="self closed" time="0"/>
    <testcase name="bad" status="fail"><failure message="no"/></testcase>
    <testcase name="left out"><skipped type="skipped" message="true"/></testcase>
    <testcase name="never ran" status="notrun"></testcase>
    <testcase name="/tree/server/empty.test.ts" time="0.05" classname="test"/>
  </testsuite>`);
  assert.deepEqual(counts, {
    passed: 2,
    failures: ['bad', 'left out (skipped)', 'never ran', '/tree/server/empty.test.ts (holds no test)'],
  });
});

test('a Playwright report counts a flaky and a skipped test as failed', () => {
  const tests = (status: string) => [{ projectName: 'desktop', status }];
  const specs = ['expected', 'unexpected', 'flaky', 'skipped'].map((status) => ({
    title: status,
    tests: tests(status),
  }));
  const counts = countPlaywright(
    JSON.stringify({ suites: [{ title: 'f', suites: [{ title: 'g', specs }] }] }),
  );
  assert.equal(counts.passed, 1);
  assert.deepEqual(counts.failures, [
    '[desktop] f > g > unexpected (failed)',
    '[desktop] f > g > flaky (flaky)',
    '[desktop] f > g > skipped (skipped)',
  ]);
});

test('crash rounds count one by one, and the one that broke is named', () => {
  assert.deepEqual(countRounds('seed 1\n10 of 10 rounds: fine\n'), { passed: 10, failures: [] });
  assert.deepEqual(countRounds('round 4: lost\n3 of 10 rounds: fine\n'), {
    passed: 3,
    failures: ['round 4 of 10'],
  });
  assert.deepEqual(settle(countRounds('it broke early'), { code: 1, timedOut: false }).failures, [
    'ended with status 1',
  ]);
});

test('memory runs count one by one, and output that stops in the middle has failed', () => {
  const lines = 'ok   chromium, typed, run 1 (9.1 s)\nFAIL chromium, typed, run 2 (8.0 s)\n       why\n';
  const failures = ['chromium, typed, run 2'];
  assert.deepEqual(countKept(`${lines}1 of 2 runs kept every promise\n`), { passed: 1, failures });
  const cut = { passed: 1, failures: [...failures, 'did not come to its end'] };
  assert.deepEqual(countKept(lines), cut);
  assert.deepEqual(countKept(`${lines}2 of 3 runs kept every promise\n`), cut);
  const leaks = "ok   E15: the queue's Redis full (0.2 s)\n1 of 1 checks kept every promise\n";
  assert.deepEqual(countKept(leaks), { passed: 1, failures: [] });
});

test('a stage that runs nothing, crashes or is cut off has failed', () => {
  assert.deepEqual(settle({ passed: 0, failures: [] }, ok).failures, ['ran no test']);
  assert.deepEqual(settle({ passed: 3, failures: [] }, { code: 1, timedOut: false }).failures, [
    'ended with status 1',
  ]);
  assert.deepEqual(settle({ passed: 3, failures: [] }, { code: null, timedOut: true }).failures, [
    'ran into its time limit',
  ]);
  assert.deepEqual(settle({ passed: 3, failures: [] }, ok), { passed: 3, failures: [] });
});
