import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { callProvider, type JobReply } from '../provider-call.ts';
import { startSandbox, type WatchedSandbox } from '../sandbox/sandbox.ts';
import { fixtures, testCore } from '../testing/platform.ts';
import { callOf } from './call.ts';
import type { ChatRequest, JobRequest } from './request.ts';

const core = await testCore();
let sandbox: WatchedSandbox;
before(async () => {
  sandbox = await startSandbox(core, fixtures);
});
after(async () => {
  await sandbox.close();
});

const messages: ChatRequest['messages'] = [
  { role: 'system', text: 'Be short.' },
  { role: 'user', text: 'Hello' },
  { role: 'assistant', text: 'Hi.' },
  { role: 'user', text: 'How are you?' },
];

async function send(request: JobRequest, key = 'anything-valid'): Promise<JobReply> {
  return await callProvider(core, await callOf(core, request), Buffer.from(key), {
    reroute: sandbox.reroute,
  });
}

describe('what is sent', () => {
  test('OpenAI: the shape of chat.completions.create', async () => {
    await send({ kind: 'chat', provider: 'openai', messages, model: 'gpt-4.1', maxTokens: 50, stream: true });
    const seen = sandbox.seen.at(-1);
    assert.equal(seen?.method, 'POST');
    assert.equal(seen.path, '/v1/chat/completions');
    assert.deepEqual(seen.body, {
      model: 'gpt-4.1',
      messages: [
        { role: 'system', content: 'Be short.' },
        { role: 'user', content: 'Hello' },
        { role: 'assistant', content: 'Hi.' },
        { role: 'user', content: 'How are you?' },
      ],
      max_completion_tokens: 50,
      stream: true,
    });
    for (const name of ['authorization', 'content-type', 'accept'])
      assert.ok(seen.headers.includes(name), name);
  });

  test('those that took its shapes over: the older name of the limit', async () => {
    await send({ kind: 'chat', provider: 'groq', messages, maxTokens: 50 });
    const seen = sandbox.seen.at(-1);
    assert.equal(seen?.path, '/openai/v1/chat/completions');
    assert.deepEqual(Object.keys(seen.body as object), ['model', 'messages', 'max_tokens']);
  });

  test('Anthropic: the shape of messages.create', async () => {
    await send({ kind: 'chat', provider: 'anthropic', messages, model: 'claude-sonnet-4-5', stream: true });
    const seen = sandbox.seen.at(-1);
    assert.equal(seen?.path, '/v1/messages');
    assert.deepEqual(seen.body, {
      model: 'claude-sonnet-4-5',
      max_tokens: 1024,
      messages: [
        { role: 'user', content: 'Hello' },
        { role: 'assistant', content: 'Hi.' },
        { role: 'user', content: 'How are you?' },
      ],
      system: 'Be short.',
      stream: true,
    });
    for (const name of ['x-api-key', 'anthropic-version', 'content-type'])
      assert.ok(seen.headers.includes(name), name);
    assert.ok(!seen.headers.includes('authorization'));
  });

  test('Gemini: the shape of generateContent, and of its stream', async () => {
    await send({ kind: 'chat', provider: 'gemini', messages, model: 'gemini-2.5-pro', maxTokens: 50 });
    const seen = sandbox.seen.at(-1);
    assert.equal(seen?.path, '/v1beta/models/gemini-2.5-pro:generateContent');
    assert.deepEqual(seen.body, {
      contents: [
        { role: 'user', parts: [{ text: 'Hello' }] },
        { role: 'model', parts: [{ text: 'Hi.' }] },
        { role: 'user', parts: [{ text: 'How are you?' }] },
      ],
      systemInstruction: { parts: [{ text: 'Be short.' }] },
      generationConfig: { maxOutputTokens: 50 },
    });
    assert.ok(seen.headers.includes('x-goog-api-key'));
    await send({ kind: 'chat', provider: 'gemini', messages, stream: true });
    assert.equal(sandbox.seen.at(-1)?.path, '/v1beta/models/gemini-2.5-flash:streamGenerateContent?alt=sse');
  });

  test('a transcription: a form with the file, the model and the format', async () => {
    const audio = Buffer.from('RIFF-not-really-a-wave').toString('base64');
    const reply = await send({ kind: 'transcribe', provider: 'openai', audio, name: 'note.wav' });
    const seen = sandbox.seen.at(-1);
    assert.equal(seen?.path, '/v1/audio/transcriptions');
    const form = String(seen.body);
    assert.match(form, /name="file"; filename="note\.wav"/);
    assert.match(form, /RIFF-not-really-a-wave/);
    assert.match(form, /name="model"\r\n\r\nwhisper-1\r\n/);
    assert.match(form, /name="response_format"\r\n\r\njson\r\n/);
    assert.match(reply.text ?? '', /heard \d+ bytes/);
  });

  test('E29: a model can lead to no other path or host', async () => {
    for (const model of [
      '../../v1/files',
      'a?key=b',
      'a#b',
      '@evil.example',
      'a/../b',
      '..',
      'a b',
      'a\r\nb',
    ]) {
      const call = await callOf(core, { kind: 'chat', provider: 'gemini', messages, model });
      const { origin, pathname, search } = new URL(call.url);
      assert.equal(origin, 'https://generativelanguage.googleapis.com');
      assert.match(pathname, /^\/v1beta\/models\/[^/]+:generateContent$/);
      assert.equal(search, '');
    }
  });
});

for (const { id, name } of core.providers()) {
  describe(`the answer of ${id}`, () => {
    for (const stream of [false, true]) {
      test(stream ? 'streamed' : 'whole', async () => {
        const reply = await send({ kind: 'chat', provider: id, messages, stream });
        assert.deepEqual(reply, {
          verdict: 'valid',
          streamed: stream,
          retryAfter: null,
          text: `${name}'s stand-in was asked: How are you?`,
        });
      });
    }

    for (const verdict of ['invalid', 'rate_limited', 'provider_down', 'unreachable', 'unknown']) {
      test(`E31: ${verdict}`, async () => {
        for (const stream of [false, true]) {
          const reply = await send({ kind: 'chat', provider: id, messages, stream }, `anything-${verdict}`);
          assert.equal(reply.verdict, verdict);
          assert.equal(reply.text, null);
        }
      });
    }

    test('cut off in the middle of a stream', async () => {
      const reply = await send({ kind: 'chat', provider: id, messages, stream: true }, 'anything-cut');
      assert.equal(reply.verdict, 'unreachable');
      assert.equal(reply.streamed, true);
      assert.equal(reply.text, null);
    });
  });
}

test('a job of a kind that a provider does not have is a bad argument', async () => {
  const request = {
    kind: 'transcribe',
    provider: 'gemini',
    audio: 'AAAA',
    name: 'a.wav',
  } as unknown as JobRequest;
  await assert.rejects(callOf(core, request), { code: 'bad_argument' });
  await assert.rejects(callOf(core, { kind: 'chat', provider: 'nobody', messages }), {
    code: 'unknown_provider',
  });
});
