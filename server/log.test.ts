import assert from 'node:assert/strict';
import { test } from 'node:test';
import { codeOf, makeLog } from './log.ts';
import { testCore } from './testing/platform.ts';

const canary = 'sk-proj-Rb6yTq3wNz8vKd5hXc2mLf7pJg4sEa9u';

test('a line holds listed fields only, and a last scrub takes what looks like a key', async () => {
  const core = await testCore();
  const lines: string[] = [];
  const log = makeLog(
    (text) => core.redact(text),
    (line) => lines.push(line),
  );
  const careless = {
    event: 'refused',
    code: 'expired',
    procedure: canary,
    headers: canary,
    error: new Error(canary),
  } as const;
  log(careless);
  assert.equal(lines.length, 1);
  const [line = ''] = lines;
  assert.ok(line.endsWith('\n'));
  assert.ok(!line.includes('Rb6yTq3w'));
  const fields = JSON.parse(line) as Record<string, unknown>;
  assert.deepEqual(Object.keys(fields), ['time', 'event', 'code', 'procedure']);
  assert.equal(fields['code'], 'expired');
});

test('of an error only its code is taken, and only where it is one', () => {
  assert.equal(codeOf(Object.assign(new Error(canary), { code: 'ECONNRESET' })), 'ECONNRESET');
  assert.equal(codeOf(Object.assign(new Error(canary), { code: canary })), 'unknown');
  for (const thrown of [new Error(canary), canary, null, undefined, { code: 7 }])
    assert.equal(codeOf(thrown), 'unknown');
});
