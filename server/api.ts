/**
 * /byok/ over plain Node HTTP. Whatever can be refused by looking at the request's first lines is refused before
 * tRPC sees it: other paths, methods, sites, content types, sizes, and anything in the query of a URL.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { nodeHTTPRequestHandler } from '@trpc/server/adapters/node-http';
import { VaultError } from '../web/core/errors.ts';
import { codeOf, type Log } from './log.ts';
import { makeRouter, type HostUser, type Platform } from './router.ts';
import { sealedKeyOf, sealedKeysOf } from './sealed-headers.ts';
import { wireError, type WireCode } from './wire-errors.ts';

export const apiPath = '/byok/';

export const maxBodyBytes = 16 * 1024;

/**
 * Who is signed in; null for nobody. May set a cookie. What is thrown, or rejected with, is nobody's call: it is refused as `internal`.
 */
export type FindUser = (
  req: IncomingMessage,
  res: ServerResponse,
) => HostUser | null | Promise<HostUser | null>;

export interface ApiOptions {
  readonly platform: Platform;
  readonly user: FindUser;
  /** The origins whose pages may call: the app's and the vault's. */
  readonly origins: readonly string[];
  readonly log: Log;
  /** The caller's network address. Without it, that of the connection: give one where a proxy stands in front. */
  readonly address?: ((req: IncomingMessage) => string) | undefined;
}

export type Handler = (req: IncomingMessage, res: ServerResponse) => void;

/** @returns a handler for requests whose path starts with {@link apiPath}. */
export function makeApi(options: ApiOptions): Handler {
  const { platform, user, log, address = addressOf } = options;
  const router = makeRouter(platform);
  const methods = new Map(
    Object.entries(router._def.procedures).map(([name, procedure]) => [
      `${apiPath}${name}`,
      procedure._def.type === 'query' ? 'GET' : 'POST',
    ]),
  );

  return (req, res) => {
    res.setHeader('Cache-Control', 'no-store');
    const path = req.url ?? '';
    const method = methods.get(path);
    const refusal = method === undefined ? 'NOT_FOUND' : refuse(req, method, options.origins);
    if (method === undefined || refusal !== null) {
      if (refusal === 'METHOD_NOT_SUPPORTED' && method !== undefined) res.setHeader('Allow', method);
      refuseWith(res, refusal ?? 'NOT_FOUND');
      return;
    }
    void nodeHTTPRequestHandler({
      router,
      req,
      res,
      path: path.slice(apiPath.length),
      maxBodySize: maxBodyBytes,
      allowBatching: false,
      createContext: async () => ({
        user: await user(req, res),
        sealed: sealedKeyOf(req.headers['x-byok-key']),
        sealedKeys: sealedKeysOf(req.headers['x-byok-keys']),
        address: address(req),
      }),
      onError: ({ error, path: procedure }) => {
        const code = error.cause instanceof VaultError ? error.cause.code : codeOf(error);
        log({ event: 'refused', code, ...(procedure === undefined ? {} : { procedure }) });
      },
    });
  };
}

export function refuse(req: IncomingMessage, method: string, origins: readonly string[]): WireCode | null {
  if (req.method !== method) return 'METHOD_NOT_SUPPORTED';
  if (!isOurSite(req, origins)) return 'FORBIDDEN';
  const { 'content-type': type, 'content-length': length, 'transfer-encoding': encoding } = req.headers;
  if (method === 'GET') return length !== undefined || encoding !== undefined ? 'BAD_REQUEST' : null;
  // A form or a blob could be posted here from any site without asking first; JSON can't.
  if (type === undefined || !/^application\/json(;\s*charset=utf-8)?$/i.test(type))
    return 'UNSUPPORTED_MEDIA_TYPE';
  return Number(length ?? 0) > maxBodyBytes ? 'PAYLOAD_TOO_LARGE' : null;
}

/** A browser says which site a request comes from; a caller that is no browser says nothing and holds no one's cookie. */
function isOurSite(req: IncomingMessage, origins: readonly string[]): boolean {
  const { origin, 'sec-fetch-site': site } = req.headers;
  if (origin !== undefined && !origins.includes(origin)) return false;
  return (
    site === undefined ||
    site === 'same-origin' ||
    site === 'same-site' ||
    (site === 'none' && req.method === 'GET')
  );
}

function addressOf(req: IncomingMessage): string {
  return req.socket.remoteAddress ?? '';
}

export function refuseWith(res: ServerResponse, code: WireCode): void {
  const error = wireError(code);
  res.statusCode = error.data.httpStatus;
  res.setHeader('Content-Type', 'application/json');
  // What is left of the request is not read.
  res.setHeader('Connection', 'close');
  res.end(JSON.stringify({ error }));
}
