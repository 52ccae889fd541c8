import assert from 'node:assert/strict';
import { test } from 'node:test';
import { eventsOf, StreamTooLong } from './events.ts';

async function read(chunks: readonly (string | Uint8Array)[]): Promise<string[]> {
  const rest = chunks.map((chunk) => (typeof chunk === 'string' ? Buffer.from(chunk) : chunk)).values();
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      const { value } = rest.next();
      if (value === undefined) controller.close();
      else controller.enqueue(value);
    },
  });
  const events: string[] = [];
  for await (const data of eventsOf(body, () => undefined)) events.push(data);
  return events;
}

test('an event is its data, whatever stands around it and wherever it is cut', async () => {
  const stream = ': hello\n\nevent: a\ndata: {"x":1}\nid: 7\n\ndata: two\ndata: lines\n\ndata:tight\n\n';
  const expected = ['{"x":1}', 'two\nlines', 'tight'];
  for (const ends of ['\n', '\r\n']) {
    const text = stream.replaceAll('\n', ends);
    assert.deepEqual(await read([text]), expected, JSON.stringify(ends));
    assert.deepEqual(await read(Array.from(text)), expected, `${JSON.stringify(ends)} by character`);
  }
});

test('a character that is cut in two is put together', async () => {
  const bytes = Buffer.from('data: ä😀\n\n');
  assert.deepEqual(await read([...bytes].map((byte) => Uint8Array.of(byte))), ['ä😀']);
});

test('an event without its end is none', async () => {
  assert.deepEqual(await read(['data: one\n\ndata: tw']), ['one']);
  assert.deepEqual(await read(['<!doctype html>\n\n<p>data: x']), []);
});

test('E30: a stream without end, in lines, in one line or in one event, is given up on', async () => {
  const chunk = 'x'.repeat(64 * 1024);
  for (const part of [`: ${chunk}\n`, chunk, `data: ${chunk}\n`]) {
    await assert.rejects(read(['data: ', ...Array.from({ length: 100 }, () => part)]), StreamTooLong);
  }
});

test('E30: what a stream costs grows with its length, however it is cut', async () => {
  const whole = 512 * 1024;
  const kinds: [name: string, chunks: string[]][] = [
    ['empty lines of one event', ['data\n'.repeat(whole / 8)]],
    ['short lines of one event', ['data:x\n'.repeat(whole / 8)]],
    ['one line in pieces', ['data: ', ...Array.from({ length: whole / 16 }, () => 'xxxx')]],
    ['one comment in pieces', [': ', ...Array.from({ length: whole / 16 }, () => 'xxxx')]],
  ];
  for (const [name, chunks] of kinds) {
    const started = performance.now();
    await read(chunks);
    const ms = performance.now() - started;
    assert.ok(ms < 2_000, `${name}: ${String(ms)} ms`);
  }
});

test('E30: lines without anything in them fill an event, too', async () => {
  await assert.rejects(read(['data\n'.repeat(600 * 1024)]), StreamTooLong);
});

test('a field is known by its whole name, and may be empty', async () => {
  assert.deepEqual(await read(['database: x\ndata\ndata:\ndata: y\n\n']), ['\n\ny']);
});
