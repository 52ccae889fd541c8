/** What a bench's pages load: an empty document, the bundles in build/bench, and files of the peers and of ours. */
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname } from 'node:path';

export interface PageServer {
  /** `http://localhost:PORT/` */
  readonly url: string;
  close(): void;
}

const types: Record<string, string> = { '.js': 'text/javascript', '.wasm': 'application/wasm' };
const document = '<!doctype html><html lang="en"><title>bench</title></html>';

/** @returns where a path lies; only what a bench asks for by these names. */
function fileOf(path: string): URL | null {
  if (path.includes('..')) return null;
  if (path.startsWith('/build/')) return new URL(`../..${path}`, import.meta.url);
  return new URL(`../node_modules${path}`, import.meta.url);
}

export async function servePages(): Promise<PageServer> {
  const server = createServer((req, res) => {
    const path = new URL(req.url ?? '/', 'http://localhost').pathname;
    if (path === '/') {
      res.writeHead(200, { 'content-type': 'text/html' }).end(document);
      return;
    }
    const file = fileOf(path);
    const found = file === null ? Promise.reject(new Error(path)) : readFile(file);
    found.then(
      (content) => {
        const type = types[extname(path)] ?? 'application/octet-stream';
        res.writeHead(200, { 'content-type': type, 'cache-control': 'no-store' }).end(content);
      },
      () => {
        res.writeHead(404).end();
      },
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://localhost:${String((server.address() as AddressInfo).port)}/`,
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}
