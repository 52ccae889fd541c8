/** What an operator asks a process for, on a port of its own that no proxy forwards to: `/metrics` for Prometheus, `/healthz`. */
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Registry } from 'prom-client';

export interface AdminOptions {
  /** On 127.0.0.1; 0 = any. */
  readonly port: number;
  readonly registry: Registry;
  /** What `/healthz` tells, e.g. of `checkProcess`; with null it says that nothing was looked at, and never that all is well. */
  readonly health: (() => Promise<{ readonly healthy: boolean }>) | null;
}

export interface Admin {
  readonly port: number;
  close(): Promise<void>;
}

export async function startAdmin({ port, registry, health }: AdminOptions): Promise<Admin> {
  const answer = async (path: string | undefined, res: ServerResponse): Promise<void> => {
    if (path === '/metrics') {
      res.setHeader('Content-Type', registry.contentType);
      res.end(await registry.metrics());
      return;
    }
    const found = path === '/healthz' ? ((await health?.()) ?? { checked: false }) : null;
    res.statusCode = found === null ? 404 : 'healthy' in found && !found.healthy ? 503 : 200;
    res.setHeader('Content-Type', 'application/json');
    res.end(JSON.stringify(found ?? {}));
  };
  const server = createServer({ maxHeaderSize: 4096, requestTimeout: 5_000 }, (req, res) => {
    res.setHeader('Cache-Control', 'no-store');
    // A page whose name was made to lead to this machine (DNS rebinding) asks by that name.
    if (!/^(127\.0\.0\.1|localhost|\[::1\])(:\d+)?$/i.test(req.headers.host ?? '')) {
      res.writeHead(421).end();
      return;
    }
    // Neither what is counted nor how Redis is can be told where asking for it fails.
    answer(req.url, res).catch(() => res.destroy());
  });
  server.maxConnections = 20;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host: '127.0.0.1', port }, resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
