/** One provider's stand-in: which of its requests a path is, and the answer that the key earns. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { JobRequests, TestRequest } from '../../web/core/platform.ts';
import { verdicts, type Provider, type Verdict } from '../../web/core/types.ts';
import { parse } from '../jobs/json.ts';
import type { StandInAnswer } from './answers.ts';
import { speeches } from './speech.ts';

/** What the stand-ins take of a request's body: more than any job has. */
const maxBodyBytes = 8 * 1024 * 1024;

const json = { 'content-type': 'application/json' };
const refused: StandInAnswer = { status: 401, headers: json, body: '{}' };
const notFound: StandInAnswer = { status: 404, headers: json, body: '{}' };
const badRequest: StandInAnswer = {
  status: 400,
  headers: json,
  body: JSON.stringify({ error: { message: 'Could not read the request', type: 'invalid_request_error' } }),
};

export interface StandIn {
  readonly provider: Provider;
  readonly test: TestRequest;
  readonly jobs: JobRequests;
  readonly answers: Record<'test' | 'job', ReadonlyMap<Verdict, StandInAnswer>>;
}

/** What a test may look at: the shape of a request, and of its key no more than that there was one. */
export interface SeenRequest {
  readonly provider: string;
  readonly method: string;
  readonly path: string;
  /** Names in lower case, sorted. */
  readonly headers: readonly string[];
  /** Of a JSON body; the bytes of another. */
  readonly body: unknown;
}

type Kind = 'test' | 'chat' | 'transcribe';

/** @param path behind the provider's origin, with its query. */
export async function answerAs(
  standIn: StandIn,
  path: string,
  req: IncomingMessage,
  res: ServerResponse,
): Promise<SeenRequest | null> {
  const kind = kindOf(standIn, req.method ?? '', path);
  if (kind === null) {
    send(res, notFound);
    return null;
  }
  const body = await readBody(req);
  const isJson = req.headers['content-type']?.startsWith('application/json') === true;
  const content = isJson ? parse(body.toString()) : body;
  const ending = endingOf(req, standIn.test.headers);
  if (ending === 'unreachable') req.socket.resetAndDestroy();
  else if (ending === null) send(res, refused);
  else if (ending !== 'slow') answer(standIn, kind, { path, content, ending }, res);
  return {
    provider: standIn.provider.id,
    method: req.method ?? '',
    path,
    headers: Object.keys(req.headers).sort(),
    body: content,
  };
}

function kindOf({ test, jobs }: StandIn, method: string, path: string): Kind | null {
  if (method === test.method && path === pathOf(test.url)) return 'test';
  if (method !== 'POST') return null;
  const chat = pathOf(jobs.chat.url);
  const isGemini = jobs.chat.dialect === 'gemini' && path.startsWith(chat);
  if (
    isGemini &&
    /^[\w.%-]+:(?:generateContent|streamGenerateContent\?alt=sse)$/.test(path.slice(chat.length))
  )
    return 'chat';
  if (path === chat) return 'chat';
  return jobs.transcribe !== null && path === pathOf(jobs.transcribe.url) ? 'transcribe' : null;
}

export function pathOf(url: string): string {
  const { pathname, search } = new URL(url);
  return pathname + search;
}

/** What the key ends in; null where the request doesn't carry one the way the provider's documentation says. */
function endingOf(req: IncomingMessage, headers: TestRequest['headers']): string | null {
  let ending: string | null = null;
  for (const { name, value, carriesKey } of headers) {
    const given = req.headers[name.toLowerCase()];
    if (typeof given !== 'string' || !given.startsWith(value)) return null;
    if (carriesKey) ending = /-([a-z_]+)$/.exec(given)?.[1] ?? '';
  }
  return ending;
}

interface Asked {
  readonly path: string;
  readonly content: unknown;
  readonly ending: string;
}

function answer(standIn: StandIn, kind: Kind, asked: Asked, res: ServerResponse): void {
  const { ending, content } = asked;
  const answers = standIn.answers[kind === 'test' ? 'test' : 'job'];
  if (kind === 'test' || (ending !== 'valid' && ending !== 'cut')) {
    // A verdict that this provider's answers can't express is "could not tell".
    const verdict = verdicts.find((each) => each === ending) ?? 'invalid';
    send(res, answers.get(verdict) ?? answers.get('unknown') ?? refused);
  } else if (kind === 'chat') {
    chat(standIn, asked, res);
  } else {
    const size = Buffer.isBuffer(content) ? content.length : 0;
    sendJson(res, { text: `${standIn.provider.name}'s stand-in heard ${String(size)} bytes.` });
  }
}

function chat({ provider, jobs }: StandIn, { path, content, ending }: Asked, res: ServerResponse): void {
  const speech = speeches[jobs.chat.dialect];
  const asked = speech.asked(content);
  if (asked === null) {
    send(res, badRequest);
    return;
  }
  const text = `${provider.name}'s stand-in was asked: ${asked.slice(0, 200)}`;
  if (!speech.streams(content, path)) {
    sendJson(res, speech.whole(text));
    return;
  }
  const events = speech.events(text.split(/(?<= )/));
  res.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8' });
  if (ending === 'valid') {
    res.end(events.join(''));
  } else {
    res.write(events.slice(0, -3).join(''), () => res.socket?.resetAndDestroy());
  }
}

async function readBody(req: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of req as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > maxBodyBytes) break;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function sendJson(res: ServerResponse, value: unknown): void {
  send(res, { status: 200, headers: json, body: JSON.stringify(value) });
}

function send(res: ServerResponse, { status, headers, body }: StandInAnswer): void {
  res.writeHead(status, { ...headers }).end(body);
}
