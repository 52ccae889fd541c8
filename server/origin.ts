/** One origin: its listeners on the loopback addresses, its headers on whatever it answers. */
import {
  createServer,
  STATUS_CODES,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Handler } from './api.ts';
import type { SiteHeaders } from './headers.ts';
import { codeOf, type Log } from './log.ts';
import { sendFile, type Site } from './site.ts';

export interface OriginOptions {
  readonly headers: SiteHeaders;
  /** Values of the header Host that are this origin: a name that an attacker points at this machine is not (rebinding). */
  readonly hosts: readonly string[];
  readonly site: Site;
  /** By the beginning of a path: what answers whatever the site's files do not. */
  readonly handlers: ReadonlyMap<string, Handler>;
  /** Called for each document, to sign a visitor in. */
  readonly visit: Handler;
  readonly log: Log;
}

export interface Origin {
  readonly port: number;
  /** Until it is called every connection is hung up on: an answer without its headers would be worse than none. */
  open(options: OriginOptions): void;
  /** Takes no more connections, and gives what was asked already `graceMs` to be answered: a key test that was sent is not sent twice. */
  close(graceMs?: number): Promise<void>;
}

interface Patience {
  /** Milliseconds in which nothing moves on a connection, longer than any call takes, until it is hung up on. */
  readonly silenceMs: number;
}

/** Listens on 127.0.0.1, and on ::1 where the machine has it. @param port 0 = any. */
export async function listen(port: number, { silenceMs }: Patience = { silenceMs: 30_000 }): Promise<Origin> {
  let options: OriginOptions | null = null;
  let closing = false;
  const underWay = new Set<ServerResponse>();
  const onRequest: Handler = (req, res) => {
    if (options === null) {
      req.socket.destroy();
      return;
    }
    underWay.add(res);
    res.once('close', () => {
      underWay.delete(res);
      if (closing) req.socket.destroySoon();
    });
    if (closing) askToReconnect(res);
    answer(options, req, res);
  };
  const onClientError = (error: NodeJS.ErrnoException, socket: Duplex): void => {
    answerRaw(options, error, socket);
  };
  const first = makeServer(onRequest, onClientError, silenceMs);
  const sockets = new Set<Socket>();
  const onConnection = (socket: Socket): void => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  };
  first.on('connection', onConnection);
  await bind(first, '127.0.0.1', port);
  const actual = (first.address() as AddressInfo).port;
  const servers = [first];
  const second = makeServer(onRequest, onClientError, silenceMs);
  second.on('connection', onConnection);
  try {
    await bind(second, '::1', actual);
    servers.push(second);
  } catch (error) {
    if (!['EADDRNOTAVAIL', 'EAFNOSUPPORT'].includes(codeOf(error))) {
      first.close();
      throw error;
    }
  }
  return {
    port: actual,
    open(given) {
      options = given;
    },
    async close(graceMs = 0) {
      closing = true;
      for (const res of underWay) askToReconnect(res);
      const grace = setTimeout(() => {
        for (const server of servers) server.closeAllConnections();
      }, graceMs);
      // Idle connections end at once. To Node one is not idle before a word was said on it, and browsers make some ahead.
      const closed = servers.map((server) => new Promise((resolve) => server.close(resolve)));
      for (const socket of sockets) if (socket.bytesRead === 0) socket.destroy();
      await Promise.all(closed);
      clearTimeout(grace);
    },
  };
}

/** A proxy that keeps a connection for its next request would find it gone just then. */
function askToReconnect(res: ServerResponse): void {
  if (!res.headersSent) res.setHeader('Connection', 'close');
}

function makeServer(
  onRequest: Handler,
  onClientError: (error: NodeJS.ErrnoException, socket: Duplex) => void,
  silenceMs: number,
): Server {
  const server = createServer(
    {
      maxHeaderSize: 16 * 1024,
      headersTimeout: 10_000,
      requestTimeout: 15_000,
      connectionsCheckingInterval: 5_000,
      // Node's own refusals would go out without our headers; answer() looks at Host itself.
      requireHostHeader: false,
    },
    onRequest,
  );
  // Slow requests have the limits above; this is for those who ask and never read the answer.
  server.setTimeout(silenceMs);
  // Fewer than the files a process may have open, so that calls to providers and files find room whoever connects.
  server.maxConnections = 400;
  server.on('checkExpectation', (_req: IncomingMessage, res: ServerResponse) => {
    onRequest(_req, res);
  });
  server.on('clientError', onClientError);
  return server;
}

async function bind(server: Server, host: string, port: number): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host, port }, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

function answer(options: OriginOptions, req: IncomingMessage, res: ServerResponse): void {
  try {
    for (const [name, value] of options.headers.always) res.setHeader(name, value);
    route(options, req, res);
  } catch (error) {
    options.log({ event: 'failed', code: codeOf(error) });
    if (res.headersSent) res.destroy();
    else refuse(res, 500);
  }
}

function route(
  { headers, hosts, site, handlers, visit }: OriginOptions,
  req: IncomingMessage,
  res: ServerResponse,
): void {
  const [host = '', ...more] = req.headersDistinct['host'] ?? [];
  if (more.length > 0 || !hosts.includes(host.toLowerCase())) {
    refuse(res, 421);
    return;
  }
  for (const [beginning, handler] of handlers) {
    if (req.url?.startsWith(beginning) !== true) continue;
    handler(req, res);
    return;
  }
  const [path = ''] = (req.url ?? '').split('?', 1);
  const file = site.get(path);
  if (req.method !== 'GET' && req.method !== 'HEAD') {
    res.setHeader('Allow', 'GET, HEAD');
    refuse(res, 405);
  } else if (file === undefined) {
    refuse(res, 404);
  } else {
    if (file.isDocument) {
      for (const [name, value] of headers.document) res.setHeader(name, value);
      const policy = headers.policies.get(path);
      if (policy !== undefined) res.setHeader('Content-Security-Policy', policy);
      visit(req, res);
    }
    sendFile(file, req, res);
  }
}

/** In the words of the status alone: an echo of the path would carry what someone put there. */
function refuse(res: ServerResponse, status: number): void {
  res.statusCode = status;
  res.setHeader('Content-Type', 'text/plain; charset=utf-8');
  res.setHeader('Cache-Control', 'no-store');
  res.setHeader('Connection', 'close');
  res.end(`${STATUS_CODES[status] ?? ''}\n`);
}

/** For what is not HTTP, or not in time: there is no request and no response, only the socket. */
function answerRaw(options: OriginOptions | null, error: NodeJS.ErrnoException, socket: Duplex): void {
  if (options === null || error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const statuses: Record<string, number> = { HPE_HEADER_OVERFLOW: 431, ERR_HTTP_REQUEST_TIMEOUT: 408 };
  const status = statuses[error.code ?? ''] ?? 400;
  const headers = options.headers.always.map(([name, value]) => `${name}: ${value}\r\n`).join('');
  socket.end(
    `HTTP/1.1 ${String(status)} ${STATUS_CODES[status] ?? ''}\r\n${headers}Connection: close\r\nContent-Length: 0\r\n\r\n`,
  );
}
