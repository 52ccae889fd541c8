/** What a chat is in one provider's words. Each dialect is one file; which provider speaks which, the core's catalogue says. */
import type { Piece } from '../provider-call.ts';
import type { ChatRequest } from './request.ts';

export interface Dialect {
  /** @param url of the catalogue. @returns where this chat goes, on the same host. */
  readonly url: (url: string, model: string, stream: boolean) => string;
  readonly body: (chat: ChatRequest, model: string) => unknown;
  /** The text of an answer in one piece; empty where it holds none, null where it is no answer of this kind. */
  readonly whole: (json: unknown) => string | null;
  /** What an event of a streamed answer adds; null where it says that there will be no answer. */
  readonly event: (data: string) => Piece | null;
}

/** Messages of the system go first, and in one, with those who know no role for it. */
export function systemText(chat: ChatRequest): string | null {
  const texts = chat.messages.filter(({ role }) => role === 'system').map(({ text }) => text);
  return texts.length === 0 ? null : texts.join('\n\n');
}
