/** Chat Completions, of OpenAI and of those who took its shapes over. Source: platform.openai.com/docs/api-reference/chat. */
import type { Dialect } from './dialect.ts';
import { at, listAt, parse, textAt } from './json.ts';

/** @param tokenLimit the field's name: OpenAI's newer models refuse the old one, others don't know the new. */
export function openaiDialect(tokenLimit: 'max_completion_tokens' | 'max_tokens'): Dialect {
  return {
    url: (url) => url,

    body: ({ messages, stream, maxTokens }, model) => ({
      model,
      messages: messages.map(({ role, text }) => ({ role, content: text })),
      ...(maxTokens === undefined ? {} : { [tokenLimit]: maxTokens }),
      ...(stream === true ? { stream: true } : {}),
    }),

    whole(json) {
      if (listAt(json, 'choices') === null) return null;
      return (
        textAt(json, 'choices', 0, 'message', 'content') || textAt(json, 'choices', 0, 'message', 'refusal')
      );
    },

    event(data) {
      if (data === '[DONE]') return { text: '', end: true };
      const json = parse(data);
      // The last event of a stream may count tokens and hold no choice.
      if (listAt(json, 'choices') === null) return null;
      const delta = at(json, 'choices', 0, 'delta');
      const end = typeof at(json, 'choices', 0, 'finish_reason') === 'string';
      return { text: textAt(delta, 'content') || textAt(delta, 'refusal'), end };
    },
  };
}
