/** The providers' own clients ask the stand-ins for the same, and understand what they answer: neither was made up here. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
// Version 0.137 is the last that speaks the version of the API that the catalogue asks for, 2023-06-01.
import Anthropic from '@anthropic-ai/sdk';
import OpenAI from 'openai';
import { callProvider } from '../provider-call.ts';
import { startSandbox, type WatchedSandbox } from '../sandbox/sandbox.ts';
import type { SeenRequest } from '../sandbox/stand-in.ts';
import { fixtures, testCore } from '../testing/platform.ts';
import { callOf } from './call.ts';
import type { JobRequest } from './request.ts';

const core = await testCore();
const apiKey = 'sk-proj-anything-valid';
const messages = [{ role: 'user', content: 'Hello there' }] as const;
let sandbox: WatchedSandbox;
let openai: OpenAI;
let anthropic: Anthropic;
before(async () => {
  sandbox = await startSandbox(core, fixtures);
  const base = (url: string, path: string): string => sandbox.reroute(url).slice(0, -path.length);
  openai = new OpenAI({
    apiKey,
    maxRetries: 0,
    baseURL: base('https://api.openai.com/v1/chat/completions', '/chat/completions'),
  });
  anthropic = new Anthropic({
    apiKey,
    maxRetries: 0,
    baseURL: base('https://api.anthropic.com/v1/messages', '/v1/messages'),
  });
});
after(() => sandbox.close());

function lastSeen(): SeenRequest {
  const seen = sandbox.seen.at(-1);
  assert.ok(seen !== undefined);
  return seen;
}

/** What a job of ours sends. */
async function ours(request: JobRequest): Promise<{ seen: SeenRequest; text: string | null }> {
  const { text } = await callProvider(core, await callOf(core, request), Buffer.from(apiKey), {
    reroute: sandbox.reroute,
  });
  return { seen: lastSeen(), text };
}

/** The same method, path and body, and no header that theirs has not. */
function assertSame(our: SeenRequest, their: SeenRequest): void {
  const ofTransport = [
    'accept-encoding',
    'accept-language',
    'connection',
    'content-length',
    'host',
    'sec-fetch-mode',
    'transfer-encoding',
    'user-agent',
  ];
  assert.deepEqual([our.method, our.path, our.body], [their.method, their.path, their.body]);
  const more = our.headers.filter((name) => !ofTransport.includes(name) && !their.headers.includes(name));
  assert.deepEqual(more, []);
}

const chat = { kind: 'chat', messages: [{ role: 'user', text: 'Hello there' }], maxTokens: 64 } as const;

test('openai: chat.completions.create', async () => {
  const job = { ...chat, provider: 'openai', model: 'gpt-4.1-mini', messages: [...chat.messages] };
  const asked = { model: 'gpt-4.1-mini', messages: [...messages], max_completion_tokens: 64 };
  const answer = await openai.chat.completions.create(asked);
  const their = lastSeen();
  const our = await ours(job);
  assertSame(our.seen, their);
  assert.ok(our.text?.includes('Hello there'));
  assert.equal(answer.choices[0]?.message.content, our.text);

  let text = '';
  for await (const { choices } of await openai.chat.completions.create({ ...asked, stream: true }))
    text += choices[0]?.delta.content ?? '';
  const theirStream = lastSeen();
  const ourStream = await ours({ ...job, stream: true });
  assertSame(ourStream.seen, theirStream);
  assert.equal(text, ourStream.text);
});

test('openai: audio.transcriptions.create', async () => {
  const audio = Buffer.from('RIFF and so on');
  const answer = await openai.audio.transcriptions.create({
    file: new File([audio], 'a.wav'),
    model: core.jobRequests('openai').transcribe?.model ?? '',
    response_format: 'json',
  });
  const their = lastSeen();
  const our = await ours({
    kind: 'transcribe',
    provider: 'openai',
    audio: audio.toString('base64'),
    name: 'a.wav',
  });
  assert.deepEqual([our.seen.method, our.seen.path], [their.method, their.path]);
  assert.deepEqual(partsOf(our.seen.body), partsOf(their.body));
  assert.ok(our.text !== null && answer.text.startsWith(our.text.slice(0, 20)));
});

test('anthropic: messages.create', async () => {
  const job = { ...chat, provider: 'anthropic', model: 'claude-haiku-4-5', messages: [...chat.messages] };
  const asked = { model: 'claude-haiku-4-5', messages: [...messages], max_tokens: 64 };
  const answer = await anthropic.messages.create(asked);
  const their = lastSeen();
  const our = await ours(job);
  assertSame(our.seen, their);
  const [block] = answer.content;
  assert.equal(block?.type === 'text' ? block.text : '', our.text);

  let text = '';
  for await (const event of await anthropic.messages.create({ ...asked, stream: true }))
    if (event.type === 'content_block_delta' && event.delta.type === 'text_delta') text += event.delta.text;
  const theirStream = lastSeen();
  const ourStream = await ours({ ...job, stream: true });
  assertSame(ourStream.seen, theirStream);
  assert.equal(text, ourStream.text);
});

/** Names of the fields of a multipart body with their values, in order of the names; boundaries differ. */
function partsOf(body: unknown): string[] {
  assert.ok(Buffer.isBuffer(body));
  const [boundary = ''] = body.toString('latin1').split('\r\n', 1);
  return body
    .toString('latin1')
    .split(boundary)
    .map((part) => part.trim())
    .filter((part) => part.startsWith('Content-Disposition') || part.startsWith('content-disposition'))
    .map((part) => part.replaceAll(/content-disposition|content-type/gi, (name) => name.toLowerCase()))
    .sort();
}
