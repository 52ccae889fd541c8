import assert from 'node:assert/strict';
import { test } from 'node:test';
import { testCore } from '../testing/platform.ts';
import { AnswerText, TextTooLong } from './answer-text.ts';

const core = await testCore();
const key = 'sk-proj-Zq8vLw3nXc5tRb7yHd2mKf9pJg4sTa6u';

function textOf(pieces: readonly string[]): { told: string[]; whole: string } {
  const told: string[] = [];
  const text = new AnswerText(core, Buffer.from(key), (piece) => told.push(piece));
  for (const piece of pieces) text.add(piece);
  return { whole: text.end(), told };
}

test('a text is told as it comes, each character once', () => {
  for (const pieces of [['Good ', 'morn', 'ing, ', 'all'], ['你好', '，世界'], [''], ['one']]) {
    const { told, whole } = textOf(pieces);
    assert.equal(told.join(''), pieces.join(''));
    assert.equal(whole, pieces.join(''));
  }
  assert.deepEqual(textOf(['Good ', 'morn', 'ing, ', 'all']).told, ['Good ', 'morning, ', 'all']);
});

test('E34: a key that comes back in an answer is told to nobody, in however many pieces it comes', () => {
  for (const size of [1, 3, 7, 200]) {
    const answer = `Your key is ${key}, is it not? ${key}`;
    const pieces = answer.match(new RegExp(`.{1,${String(size)}}`, 'gs')) ?? [];
    const { told, whole } = textOf(pieces);
    for (const seen of [told.join(''), whole]) {
      assert.ok(!seen.includes('Zq8vLw3n'), `in pieces of ${String(size)}`);
      assert.match(seen, /^Your key is .*, is it not\? /);
    }
  }
});

test('E34: any key is known by value, whatever it looks like', () => {
  const odd = 'correct-horse-battery';
  const text = new AnswerText(core, Buffer.from(odd), null);
  text.add(`It was ${odd}.`);
  assert.ok(!text.end().includes('horse'));
});

test('E30: a text has an end', () => {
  const text = new AnswerText(core, Buffer.from(key), null);
  text.add('ä'.repeat(128 * 1024));
  assert.throws(() => {
    text.add('x');
  }, TextTooLong);
});

test('E30: what a piece costs grows with its length', () => {
  const text = new AnswerText(core, Buffer.from(key), () => undefined);
  const piece = `${'a'.repeat(200 * 1024)} `;
  const started = performance.now();
  text.add(piece);
  text.add('a'.repeat(50 * 1024));
  const ms = performance.now() - started;
  assert.ok(ms < 1_000, `${String(ms)} ms`);
});
