/**
 * How the stand-ins understand a job and answer it: the requests as each provider documents them, refused where a field that it asks
 * for is not there, and answers in its own shapes, whole and streamed.
 */
import type { JobRequests } from '../../web/core/platform.ts';
import { at, listAt, textAt } from '../jobs/json.ts';

export interface Speech {
  /** What was asked last; null for a request that the provider would not take. */
  readonly asked: (json: unknown) => string | null;
  readonly streams: (json: unknown, path: string) => boolean;
  readonly whole: (text: string) => unknown;
  /** The lines of a stream of server-sent events, an empty one behind each event. */
  readonly events: (words: readonly string[]) => string[];
}

function openaiAsked(json: unknown): string | null {
  const messages = listAt(json, 'messages') ?? [];
  const roles = ['system', 'user', 'assistant'];
  const good =
    textAt(json, 'model') !== '' &&
    messages.length > 0 &&
    messages.every((each) => roles.includes(textAt(each, 'role')) && textAt(each, 'content') !== '');
  return good ? textAt(messages.at(-1), 'content') : null;
}

const openai: Speech = {
  asked: openaiAsked,
  streams: (json) => at(json, 'stream') === true,
  whole: (text) => ({
    id: 'chatcmpl-standin',
    object: 'chat.completion',
    created: 0,
    model: 'stand-in',
    choices: [{ index: 0, message: { role: 'assistant', content: text }, finish_reason: 'stop' }],
    usage: { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 },
  }),
  events: (words) => [
    ...[...words.map((content) => ({ content })), {}].map((delta, index) =>
      event(null, {
        id: 'chatcmpl-standin',
        object: 'chat.completion.chunk',
        choices: [{ index: 0, delta, finish_reason: index === words.length ? 'stop' : null }],
      }),
    ),
    'data: [DONE]\n\n',
  ],
};

const anthropic: Speech = {
  asked(json) {
    const messages = listAt(json, 'messages') ?? [];
    const good =
      typeof at(json, 'max_tokens') === 'number' &&
      !messages.some((each) => textAt(each, 'role') === 'system');
    return good ? openaiAsked(json) : null;
  },
  streams: (json) => at(json, 'stream') === true,
  whole: (text) => ({
    id: 'msg_standin',
    type: 'message',
    role: 'assistant',
    model: 'stand-in',
    content: [{ type: 'text', text }],
    stop_reason: 'end_turn',
    usage: { input_tokens: 1, output_tokens: 1 },
  }),
  events: (words) =>
    [
      {
        type: 'message_start',
        message: { id: 'msg_standin', type: 'message', role: 'assistant', content: [] },
      },
      { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } },
      { type: 'ping' },
      ...words.map((text) => ({
        type: 'content_block_delta',
        index: 0,
        delta: { type: 'text_delta', text },
      })),
      { type: 'content_block_stop', index: 0 },
      { type: 'message_delta', delta: { stop_reason: 'end_turn' }, usage: { output_tokens: 1 } },
      { type: 'message_stop' },
    ].map((data) => event(data.type, data)),
};

const gemini: Speech = {
  asked(json) {
    const contents = listAt(json, 'contents') ?? [];
    const good =
      contents.length > 0 &&
      contents.every(
        (each) => ['user', 'model'].includes(textAt(each, 'role')) && textAt(each, 'parts', 0, 'text') !== '',
      );
    return good ? textAt(contents.at(-1), 'parts', 0, 'text') : null;
  },
  streams: (_json, path) => path.endsWith(':streamGenerateContent?alt=sse'),
  whole: (text) => geminiAnswer(text, true),
  events: (words) => words.map((text, index) => event(null, geminiAnswer(text, index === words.length - 1))),
};

function geminiAnswer(text: string, last: boolean): unknown {
  const content = { role: 'model', parts: [{ text }] };
  return { candidates: [{ index: 0, content, ...(last ? { finishReason: 'STOP' } : {}) }] };
}

function event(name: string | null, data: unknown): string {
  return `${name === null ? '' : `event: ${name}\n`}data: ${JSON.stringify(data)}\n\n`;
}

export const speeches: Record<JobRequests['chat']['dialect'], Speech> = {
  openai,
  openai_compatible: openai,
  anthropic,
  gemini,
};
