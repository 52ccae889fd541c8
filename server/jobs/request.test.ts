import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkRequest } from './request.ts';

const chat = { kind: 'chat', provider: 'openai', messages: [{ role: 'user', text: 'Hello' }] };
const transcribe = { kind: 'transcribe', provider: 'openai', audio: 'AAAA', name: 'note.wav' };

test('what is asked for is taken as it is', () => {
  const full = { ...chat, model: 'org/model-1.5:free', stream: true, maxTokens: 100 };
  for (const request of [chat, transcribe, full]) assert.deepEqual(checkRequest(request), request);
});

test('E29: anything else is refused, and not quoted', () => {
  const canary = 'sk-proj-Zq8vLw3nXc5tRb7yHd2mKf9p';
  for (const bad of [
    null,
    canary,
    { ...chat, kind: canary },
    { ...chat, provider: '../openai' },
    { ...chat, provider: 'openai\n' },
    { ...chat, key: canary },
    { ...chat, [canary]: 1 },
    { ...chat, messages: [] },
    { ...chat, messages: [{ role: canary, text: 'x' }] },
    { ...chat, messages: [{ role: 'user', text: 'x'.repeat(256 * 1024 + 1) }] },
    { ...chat, messages: Array.from({ length: 3 }, () => ({ role: 'user', text: 'x'.repeat(100 * 1024) })) },
    { ...chat, messages: Array.from({ length: 201 }, () => ({ role: 'user', text: 'x' })) },
    { ...chat, model: '../../files' },
    { ...chat, model: 'a b' },
    { ...chat, model: 'a\r\nb' },
    { ...chat, model: 'a?key=b' },
    { ...chat, maxTokens: 0 },
    { ...chat, maxTokens: 1e9 },
    { ...chat, stream: 'yes' },
    { ...transcribe, provider: 'gemini' },
    { ...transcribe, audio: 'not base64!' },
    { ...transcribe, audio: 'A'.repeat(5_592_412) },
    { ...transcribe, name: '../../etc/passwd' },
    { ...transcribe, name: 'a"; filename="b.wav' },
    { ...transcribe, name: 'a\r\nb.wav' },
  ]) {
    assert.throws(
      () => checkRequest(bad),
      (error: Error) =>
        error.message === 'bad_argument' &&
        !String(error.stack).includes('Zq8vLw3n') &&
        error.cause === undefined,
    );
  }
});
