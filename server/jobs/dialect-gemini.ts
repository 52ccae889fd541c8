/** generateContent, of Gemini. Source: ai.google.dev/api/generate-content. */
import { systemText, type Dialect } from './dialect.ts';
import { at, listAt, parse, textAt } from './json.ts';

export const geminiDialect: Dialect = {
  url(url, model, stream) {
    const method = stream ? 'streamGenerateContent?alt=sse' : 'generateContent';
    return `${url}${encodeURIComponent(model)}:${method}`;
  },

  body(chat) {
    const system = systemText(chat);
    return {
      contents: chat.messages
        .filter(({ role }) => role !== 'system')
        .map(({ role, text }) => ({ role: role === 'assistant' ? 'model' : 'user', parts: [{ text }] })),
      ...(system === null ? {} : { systemInstruction: { parts: [{ text: system }] } }),
      ...(chat.maxTokens === undefined ? {} : { generationConfig: { maxOutputTokens: chat.maxTokens } }),
    };
  },

  whole: (json) => textOf(json),

  event(data) {
    const json = parse(data);
    const text = textOf(json);
    if (text === null) return null;
    const end =
      typeof at(json, 'candidates', 0, 'finishReason') === 'string' ||
      typeof at(json, 'promptFeedback', 'blockReason') === 'string';
    return { text, end };
  },
};

/** Without what the model thought. An answer to a prompt that was blocked has no candidate, and is an answer all the same. */
function textOf(json: unknown): string | null {
  if (listAt(json, 'candidates') === null && at(json, 'promptFeedback') === undefined) return null;
  const parts = listAt(json, 'candidates', 0, 'content', 'parts') ?? [];
  return parts
    .filter((part) => at(part, 'thought') !== true)
    .map((part) => textAt(part, 'text'))
    .join('');
}
