/** The files of one origin: read once, listed by path, nothing else reachable. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { brotliCompressSync, constants } from 'node:zlib';
import type { HeaderList } from './headers.ts';

const types: Record<string, string> = {
  html: 'text/html; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  css: 'text/css; charset=utf-8',
  json: 'application/json; charset=utf-8',
  wasm: 'application/wasm',
  svg: 'image/svg+xml',
  png: 'image/png',
  ico: 'image/x-icon',
  bin: 'application/octet-stream',
  txt: 'text/plain; charset=utf-8',
};

export interface SiteFile {
  readonly plain: Buffer;
  /** Null where compressing gains nothing. */
  readonly brotli: Buffer | null;
  readonly headers: HeaderList;
  readonly isDocument: boolean;
}

/** By path, e.g. "/main-2026ff6f2c0c.js"; a folder's index.html stands under the folder's path. */
export type Site = ReadonlyMap<string, SiteFile>;

/** A file whose name holds a hash of its content, as web/build.mjs writes it, never changes. */
const hashedName = /-[0-9a-f]{12}\.[a-z0-9]+$/;

/** @throws Error of Node where the folder can't be read. */
export function readSite(folder: URL): Site {
  const files = new Map<string, SiteFile>();
  for (const entry of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    const file = new URL(entry.split('/').map(encodeURIComponent).join('/'), folder);
    const type = types[entry.slice(entry.lastIndexOf('.') + 1)];
    const status = statSync(file);
    if (type === undefined || !status.isFile()) continue;
    files.set(
      `/${entry.replace(/(^|\/)index\.html$/, '$1')}`,
      fileOf(readFileSync(file), type, hashedName.test(entry)),
    );
  }
  return files;
}

/** A document made by the server itself. */
export function jsonFile(value: unknown): SiteFile {
  return fileOf(Buffer.from(JSON.stringify(value)), 'application/json; charset=utf-8', false);
}

/** @param immutable its path changes whenever it does. */
export function fileOf(plain: Buffer, type: string, immutable: boolean): SiteFile {
  const brotli = brotliCompressSync(plain, { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } });
  return {
    plain,
    brotli: type.startsWith('image/png') || brotli.length >= plain.length ? null : brotli,
    headers: [
      ['Content-Type', type],
      ['Cache-Control', immutable ? 'public, max-age=31536000, immutable' : 'no-cache'],
      ['Vary', 'Accept-Encoding'],
    ],
    isDocument: type.startsWith('text/html'),
  };
}

/** The method is GET or HEAD. */
export function sendFile(file: SiteFile, req: IncomingMessage, res: ServerResponse): void {
  for (const [name, value] of file.headers) res.setHeader(name, value);
  const accepted = req.headers['accept-encoding'] ?? '';
  const body = file.brotli !== null && /(^|[\s,])br($|[\s,;])/.test(accepted) ? file.brotli : file.plain;
  if (body === file.brotli) res.setHeader('Content-Encoding', 'br');
  res.setHeader('Content-Length', body.length);
  res.end(req.method === 'HEAD' ? undefined : body);
}
