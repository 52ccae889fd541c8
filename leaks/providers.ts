/**
 * The providers: the sandbox's stand-ins, in front of which some keys earn what no provider documents, and a list of who called
 * with which key. `-echo` is served an answer that quotes its key, `-quoted` a refusal that does; `-redirect` is sent elsewhere,
 * `-html` gets a page, `-huge` ten megabytes.
 */
import { createServer, request, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { PlatformCore } from '../web/core/platform.ts';
import { readAnswers } from '../server/sandbox/answers.ts';
import { startSandbox } from '../server/sandbox/sandbox.ts';
import { speeches } from '../server/sandbox/speech.ts';
import { fixtures } from '../server/testing/platform.ts';

export interface ProviderCall {
  readonly key: string;
  /** A word of the request that tells jobs apart: see {@link markOf}. Empty for a test of a key. */
  readonly mark: string;
}

export interface Providers {
  /** Where calls to `host` go: `<url>/<host>/...`. */
  readonly url: string;
  readonly calls: readonly ProviderCall[];
  close(): Promise<void>;
}

/** What a job's text holds, so that its call is known again. */
export function markOf(text: string): string {
  return /mark-[0-9a-z]+/.exec(text)?.[0] ?? '';
}

export async function startProviders(core: PlatformCore): Promise<Providers> {
  const sandbox = await startSandbox(core, fixtures);
  const dialects = new Map(
    core.providers().map(({ id }) => {
      const { url, dialect } = core.jobRequests(id).chat;
      return [new URL(url).host, dialect];
    }),
  );
  const recorded = readAnswers(core, fixtures, 'job');
  const refusals = new Map(
    core.providers().map(({ id }) => {
      return [new URL(core.jobRequests(id).chat.url).host, recorded.get(id)?.get('invalid')];
    }),
  );
  const calls: ProviderCall[] = [];

  const answer = async (req: IncomingMessage, res: ServerResponse): Promise<void> => {
    const [, host = '', path = ''] = /^\/([^/]+)(\/.*)$/.exec(req.url ?? '') ?? [];
    const key = keyOf(req);
    const chunks: Buffer[] = [];
    for await (const chunk of req as AsyncIterable<Buffer>) chunks.push(chunk);
    const body = Buffer.concat(chunks);
    const mark = markOf(body.toString('latin1'));
    calls.push({ key, mark });
    const ending = /-([a-z]+)$/.exec(key)?.[1] ?? '';
    if (ending === 'echo' && req.method === 'POST') {
      const text = `${speeches[dialects.get(host) ?? 'openai'].asked(JSON.parse(body.toString())) ?? ''} with ${key}`;
      send(
        res,
        200,
        'application/json',
        JSON.stringify(speeches[dialects.get(host) ?? 'openai'].whole(text)),
      );
    } else if (ending === 'quoted') {
      const { status, body: refusal } = refusals.get(host) ?? { status: 401, body: '{}' };
      send(res, status, 'application/json', refusal.replace('{', `{"quoted": "key ${key} is wrong", `));
    } else if (ending === 'redirect') {
      res.writeHead(307, { location: `/elsewhere.example${path}` }).end();
    } else if (ending === 'html') {
      send(res, 200, 'text/html', '<!doctype html><title>Please sign in</title>');
    } else if (ending === 'huge') {
      send(res, 200, 'application/json', `{"text":"${'x'.repeat(10 * 1024 * 1024)}"}`);
    } else {
      forward(sandbox.reroute(`https://${host}${path}`), req, body, res);
    }
  };
  const server = createServer((req, res) => {
    answer(req, res).catch(() => res.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`,
    calls,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await sandbox.close();
    },
  };
}

function keyOf({ headers }: IncomingMessage): string {
  const given = headers['x-api-key'] ?? headers['x-goog-api-key'] ?? headers.authorization ?? '';
  return String(given).replace(/^Bearer /, '');
}

function send(res: ServerResponse, status: number, type: string, body: string): void {
  res.writeHead(status, { 'content-type': type }).end(body);
}

/** A stand-in that hangs up hangs up on the caller, too; one that does not answer leaves it waiting. */
function forward(url: string, req: IncomingMessage, body: Buffer, res: ServerResponse): void {
  const { method, headers } = req;
  const onward = request(url, { method, headers: { ...headers, host: new URL(url).host } }, (reply) => {
    res.writeHead(reply.statusCode ?? 502, reply.headers);
    reply.on('error', () => req.socket.resetAndDestroy());
    reply.pipe(res);
  });
  onward.on('error', () => req.socket.resetAndDestroy());
  res.on('close', () => onward.destroy());
  onward.end(body);
}
