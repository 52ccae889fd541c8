/** Messages, of Anthropic. Sources: docs.anthropic.com/en/api/messages, /en/api/messages-streaming. */
import { systemText, type Dialect } from './dialect.ts';
import { listAt, parse, textAt } from './json.ts';

/** The field is required. */
const defaultMaxTokens = 1024;

export const anthropicDialect: Dialect = {
  url: (url) => url,

  body(chat, model) {
    const system = systemText(chat);
    return {
      model,
      max_tokens: chat.maxTokens ?? defaultMaxTokens,
      messages: chat.messages
        .filter(({ role }) => role !== 'system')
        .map(({ role, text }) => ({ role, content: text })),
      ...(system === null ? {} : { system }),
      ...(chat.stream === true ? { stream: true } : {}),
    };
  },

  whole(json) {
    const blocks = listAt(json, 'content');
    return blocks === null ? null : blocks.map((block) => textAt(block, 'text')).join('');
  },

  event(data) {
    const json = parse(data);
    switch (textAt(json, 'type')) {
      case 'content_block_delta':
        return { text: textAt(json, 'delta', 'text'), end: false };
      case 'message_stop':
        return { text: '', end: true };
      case 'error':
      case '':
        return null;
      default:
        // message_start, ping and others, and what is yet to come, as the documentation asks.
        return { text: '', end: false };
    }
  },
};
