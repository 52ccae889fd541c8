import assert from 'node:assert/strict';
import { test } from 'node:test';
import { codeOf, makeLineFilter, makeLog } from './log.ts';
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
  assert.deepEqual(Object.keys(fields), ['level', 'time', 'event', 'code', 'procedure']);
  assert.equal(fields['code'], 'expired');
});

test('a line of a logger of the host stays JSON, whatever stands around a key, and one too long to be cleaned is left out', async () => {
  const core = await testCore();
  const filter = makeLineFilter((text) => core.redact(text));
  const around = ['', '"', '\\', '\n', '\\"', '\u0000', 'ü', '{', '}', 'Bearer ', '=', '\u2028', "'"];
  for (const before of around) {
    for (const after of around) {
      const line = filter(`${JSON.stringify({ msg: `${before}${canary}${after}`, [canary]: 1 })}\n`);
      assert.equal(typeof JSON.parse(line), 'object');
      assert.ok(line.endsWith('\n') && !line.includes('Rb6yTq3w'), line);
    }
  }
  const long = filter(`${JSON.stringify({ msg: `${'x'.repeat(300_000)}${canary}` })}\n`);
  assert.deepEqual(JSON.parse(long), { event: 'line_left_out' });
});

test('of an error only its code is taken, and only where it is one', () => {
  assert.equal(codeOf(Object.assign(new Error(canary), { code: 'ECONNRESET' })), 'ECONNRESET');
  assert.equal(codeOf(Object.assign(new Error(canary), { code: canary })), 'unknown');
  for (const thrown of [new Error(canary), canary, null, undefined, { code: 7 }])
    assert.equal(codeOf(thrown), 'unknown');
});
