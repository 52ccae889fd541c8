/**
 * An app that belongs to the attacker: no content security policy of its own, whatever headers suit it, and every
 * request to it is written down. The vault is told to trust it, as it would an app that was taken over.
 */
import { createServer } from 'node:http';
import { readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { extname } from 'node:path';
import { root } from '../support/site.ts';

export interface HostileApp {
  readonly origin: string;
  readonly port: number;
  /** The origin that its pages embed: set once the vault is there. */
  vault: string;
  /** Requests so far: method, address and all headers, as text. */
  readonly asked: readonly string[];
  stop(): Promise<void>;
}

const types: Record<string, string> = { '.js': 'text/javascript', '.wasm': 'application/wasm' };

/** A service worker that tells the pages of every request it is shown. */
const serviceWorker = `
  oninstall = () => skipWaiting();
  onactivate = (event) => event.waitUntil(clients.claim());
  const seen = new BroadcastChannel('seen by the service worker');
  onfetch = (event) => {
    const { url, method, mode, destination, referrer } = event.request;
    seen.postMessage({ url, method, mode, destination, referrer, headers: [...event.request.headers] });
  };
`;

function pageOf(path: string, vault: string): string | null {
  switch (path) {
    case '/':
      return `<script type="module" src="/lib/element.js"></script><input aria-label="Note"><byok-vault src="${vault}/"></byok-vault>`;
    case '/plain':
      return `<input aria-label="Note"><iframe name="vault" title="API keys" allow="clipboard-write" width="600" height="900" src="${vault}/"></iframe>`;
    case '/blank':
      return '<p>Nothing here.</p>';
    default:
      return null;
  }
}

export async function startHostileApp(): Promise<HostileApp> {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(JSON.stringify([request.method, request.url, request.headers]));
    const path = new URL(request.url ?? '/', 'http://localhost').pathname;
    const page = pageOf(path, app.vault);
    if (page !== null) {
      response
        .setHeader('content-type', 'text/html; charset=utf-8')
        .end(`<!doctype html><html lang="en"><title>Settings</title><body>${page}`);
    } else if (path === '/sw.js') {
      response.setHeader('content-type', 'text/javascript').end(serviceWorker);
    } else if (/^\/lib\/[\w./-]+$/.test(path) && !path.includes('..')) {
      try {
        const body = readFileSync(`${root}dist${path}`);
        response.setHeader('content-type', types[extname(path)] ?? 'application/octet-stream').end(body);
      } catch {
        response.writeHead(404).end();
      }
    } else {
      response.writeHead(404).end();
    }
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  const app: HostileApp = {
    origin: `http://localhost:${String(port)}`,
    port,
    vault: '',
    asked,
    stop: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => {
          resolve();
        });
      }),
  };
  return app;
}
