/**
 * Loaded first into each process of the platform (`node --import`), in place of a host that is careless: it logs every request with
 * its headers and every call of a provider, through the filter for loggers that this software exports. It leads calls of providers to
 * the stand-ins, and switches off what it is told to (edits.ts). Environment: LEAKS_PROVIDERS, LEAKS_EDITS.
 */
import { subscribe } from 'node:diagnostics_channel';
import type { IncomingMessage } from 'node:http';
import { registerHooks } from 'node:module';
import { fileURLToPath } from 'node:url';
import { applyEdits, readEdits } from './edits.ts';

const edits = readEdits(process.env['LEAKS_EDITS'] ?? '[]');
const root = fileURLToPath(new URL('../', import.meta.url));
registerHooks({
  load(url, context, nextLoad) {
    const loaded = nextLoad(url, context);
    const file = url.startsWith('file:') ? fileURLToPath(url) : '';
    if (!file.startsWith(root) || loaded.source === undefined) return loaded;
    const source =
      typeof loaded.source === 'string' ? loaded.source : Buffer.from(loaded.source as Uint8Array).toString();
    return { ...loaded, source: applyEdits(edits, file.slice(root.length), source) };
  },
});

const { pino } = await import('pino');
const { loadCore } = await import('../server/core.ts');
const { makeLineFilter } = await import('../server/log.ts');
const core = await loadCore(new URL('../build/wasm/platform.wasm', import.meta.url));
const logger = pino(
  { hooks: { streamWrite: makeLineFilter((text) => core.redact(text)) } },
  { write: (line: string) => process.stderr.write(line) },
);

subscribe('http.server.request.start', (message) => {
  const { method, url, headers } = (message as { request: IncomingMessage }).request;
  logger.info({ method, url, headers }, 'request');
});

const providers = process.env['LEAKS_PROVIDERS'] ?? '';
const fetchAnything = globalThis.fetch;
globalThis.fetch = (input, init) => {
  const url = new URL(input instanceof Request ? input.url : input);
  logger.info({ url, headers: [...new Headers(init?.headers)] }, `call of ${url.href}`);
  return fetchAnything(`${providers}/${url.host}${url.pathname}${url.search}`, init);
};
