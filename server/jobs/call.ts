/** From a job's request to the call of its provider: everything but the key. */
import { VaultError } from '../../web/core/errors.ts';
import type { JobRequests, PlatformCore } from '../../web/core/platform.ts';
import type { JobCall } from '../provider-call.ts';
import { anthropicDialect } from './dialect-anthropic.ts';
import { geminiDialect } from './dialect-gemini.ts';
import { openaiDialect } from './dialect-openai.ts';
import type { Dialect } from './dialect.ts';
import { at } from './json.ts';
import type { ChatRequest, JobRequest, TranscribeRequest } from './request.ts';

const dialects: Record<JobRequests['chat']['dialect'], Dialect> = {
  openai: openaiDialect('max_completion_tokens'),
  openai_compatible: openaiDialect('max_tokens'),
  anthropic: anthropicDialect,
  gemini: geminiDialect,
};

/** @throws VaultError unknown_provider; bad_argument for what this provider can't be asked. */
export async function callOf(core: Pick<PlatformCore, 'jobRequests'>, request: JobRequest): Promise<JobCall> {
  const { chat, transcribe } = core.jobRequests(request.provider);
  if (request.kind === 'chat') return chatCall(chat, request);
  if (transcribe === null) throw new VaultError('bad_argument');
  return await transcribeCall(transcribe, request);
}

function chatCall(endpoint: JobRequests['chat'], chat: ChatRequest): JobCall {
  const dialect = dialects[endpoint.dialect];
  const { provider, model = endpoint.model, stream = false } = chat;
  const url = dialect.url(endpoint.url, model, stream);
  if (new URL(url).origin !== new URL(endpoint.url).origin) throw new VaultError('bad_argument');
  return {
    provider,
    url,
    contentType: 'application/json',
    body: new TextEncoder().encode(JSON.stringify(dialect.body(chat, model))),
    readWhole: dialect.whole,
    ...(stream ? { readEvent: dialect.event } : {}),
  };
}

/** Source: platform.openai.com/docs/api-reference/audio/createTranscription. */
async function transcribeCall(
  { url, model }: NonNullable<JobRequests['transcribe']>,
  { provider, audio, name }: TranscribeRequest,
): Promise<JobCall> {
  const form = new FormData();
  form.set('file', new File([Buffer.from(audio, 'base64')], name));
  form.set('model', model);
  form.set('response_format', 'json');
  const packed = new Response(form);
  return {
    provider,
    url,
    contentType: packed.headers.get('content-type') ?? '',
    body: new Uint8Array(await packed.arrayBuffer()),
    readWhole(json) {
      const text = at(json, 'text');
      return typeof text === 'string' ? text : null;
    },
  };
}
