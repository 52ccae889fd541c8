/**
 * What a job asks for, and what it comes to. A request travels through a queue: it is checked where it is submitted and
 * again where it is run (E29), and there is no place in it for a key.
 */
import { z } from 'zod';
import { VaultError, type VaultErrorCode } from '../../web/core/errors.ts';
import type { Receipt, RoutePolicy } from '../../web/core/route.ts';

/** Together, in characters: more than the longest context of a chat that anyone pays for unawares. */
const maxMessageCharacters = 256 * 1024;

/** base64 of 4 MiB. */
const maxAudioCharacters = Math.ceil((4 * 1024 * 1024) / 3) * 4;

const provider = z.string().regex(/^[a-z0-9_-]{1,32}$/);

const message = z.strictObject({
  role: z.enum(['system', 'user', 'assistant']),
  text: z.string().min(1).max(maxMessageCharacters),
});

const chatRequest = z.strictObject({
  kind: z.literal('chat'),
  provider,
  messages: z
    .array(message)
    .min(1)
    .max(200)
    .refine((all) => all.reduce((sum, { text }) => sum + text.length, 0) <= maxMessageCharacters),
  /** As the provider names it; left out, the catalogue's. */
  model: z
    .string()
    .regex(/^[A-Za-z0-9][\w.:@/-]{0,127}$/)
    .refine((name) => !name.includes('..'))
    .optional(),
  stream: z.boolean().optional(),
  /** Of the answer. */
  maxTokens: z.int().min(1).max(131_072).optional(),
});

const transcribeRequest = z.strictObject({
  kind: z.literal('transcribe'),
  provider: z.literal('openai'),
  /** base64 of at most 4 MiB. */
  audio: z.base64().min(4).max(maxAudioCharacters),
  /** Of the file: its ending says which format it has. */
  name: z.string().regex(/^\w[\w-]{0,63}\.[a-z0-9]{2,4}$/),
});

const jobRequest = z.discriminatedUnion('kind', [chatRequest, transcribeRequest]);

export type ChatRequest = Readonly<z.infer<typeof chatRequest>>;
export type TranscribeRequest = Readonly<z.infer<typeof transcribeRequest>>;
export type JobRequest = ChatRequest | TranscribeRequest;

/** Whose key a job may use: the platform says it, from the session, and never the client. */
export type JobPolicy = Pick<RoutePolicy, 'credential' | 'fallback'>;

export interface JobResult {
  readonly text: string;
  readonly receipt: Receipt;
}

export interface JobState {
  readonly state: 'waiting' | 'done' | 'failed';
  readonly text?: string;
  readonly receipt?: Receipt;
  /** Why it failed; words for it are in words.ts. */
  readonly error?: VaultErrorCode;
}

/** @throws VaultError bad_argument; what was wrong is not quoted. */
export function checkRequest(request: unknown): JobRequest {
  const checked = jobRequest.safeParse(request);
  if (!checked.success) throw new VaultError('bad_argument');
  return checked.data;
}
