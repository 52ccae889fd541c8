/** A second app that may embed the vault, on a port of its own: a page with a button and the element, nothing else. */
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { root, startSite, type Site } from './site.ts';

export interface TwoApps extends Site {
  /** `http://localhost:PORT` of the second one. */
  readonly secondApp: string;
}

const page = `<!doctype html>
<html lang="en"><title>Second app</title><button>Run a job</button>
<script type="module" src="/element.js"></script></html>`;

export async function startTwoApps(): Promise<TwoApps> {
  const element = readFileSync(`${root}dist/lib/element.js`);
  const server = createServer((request, response) => {
    const isScript = request.url === '/element.js';
    response
      .setHeader('content-type', isScript ? 'text/javascript' : 'text/html; charset=utf-8')
      .end(isScript ? element : page);
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const secondApp = `http://localhost:${String((server.address() as AddressInfo).port)}`;
  const site = await startSite((app) => ({ BYOK_APPS: `${app},${secondApp}` }));
  return {
    ...site,
    secondApp,
    stop: async () => {
      server.closeAllConnections();
      server.close();
      await site.stop();
    },
  };
}
