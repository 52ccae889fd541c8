/** A provider that misbehaves, on a free port of this machine. */
import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Upstream {
  readonly url: string;
  /** What arrived, oldest first. */
  readonly received: IncomingMessage[];
  close(): Promise<void>;
}

export async function startUpstream(listener: RequestListener): Promise<Upstream> {
  const received: IncomingMessage[] = [];
  const server = createServer((req, res) => {
    received.push(req);
    listener(req, res);
  });
  await listenAnywhere(server);
  return { url: urlOf(server, 'http'), received, close: () => closeServer(server) };
}

export async function listenAnywhere(server: Pick<Server, 'listen'>): Promise<void> {
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
}

export function urlOf(server: Pick<Server, 'address'>, scheme: 'http' | 'https'): string {
  return `${scheme}://127.0.0.1:${String((server.address() as AddressInfo).port)}/v1/models`;
}

export async function closeServer(server: Pick<Server, 'close' | 'closeAllConnections'>): Promise<void> {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
}
