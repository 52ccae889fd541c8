/**
 * Who is signed in to the demo: a made-up user in a signed cookie, made at the first visit. A platform of your own has its
 * own sessions and gives the API a function `user(req)` instead.
 */
import { timingSafeEqual } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { OfferReason } from '../web/vault/api.ts';
import { apiPath } from './api.ts';
import type { Core } from './core.ts';
import { demoPath } from './demo/demo-jobs.ts';
import type { HostUser } from './router.ts';

const cookieName = 'byok_demo';
const yearSeconds = 365 * 24 * 60 * 60;

export interface SessionOptions {
  /** Sent over HTTPS only. */
  readonly secure: boolean;
  /** The domain that the app's and the vault's hosts have in common; null where they are one host. */
  readonly domain: string | null;
  /** Why nobody's own keys are used at present (E7). */
  readonly notOffered?: OfferReason | undefined;
}

/**
 * @returns the user of the cookie, or a new one where there is none that we signed. A cookie of today's is set on `res` where it was
 * not, and for someone new where a page is asked for, or who is signed in: a vault asks several things at once, and were each answer
 * a cookie, the user whom it was told of would not be the one who stays.
 */
export function demoUser(
  core: Core,
  req: IncomingMessage,
  res: ServerResponse,
  { secure, domain, notOffered }: SessionOptions,
): HostUser {
  const { id, renew } = readCookie(core, req.headers.cookie ?? '') ?? {
    id: crypto.randomUUID().replaceAll('-', '').slice(0, 16),
    renew: isVisit(req.url ?? ''),
  };
  if (renew) {
    const attributes = `Path=/; Max-Age=${String(yearSeconds)}; HttpOnly; SameSite=Lax${secure ? '; Secure' : ''}${domain === null ? '' : `; Domain=${domain}`}`;
    const [signature = ''] = signaturesOf(core, id);
    res.appendHeader('set-cookie', `${cookieName}=${id}.${signature}; ${attributes}`);
  }
  return { id: `demo-${id}`, name: `Demo user ${id.slice(0, 4)}`, notOffered };
}

function isVisit(path: string): boolean {
  return path === `${apiPath}whoami` || ![apiPath, demoPath].some((folder) => path.startsWith(folder));
}

/** One that was signed with a secret which is no longer the first counts, and is renewed: nobody becomes another while secrets change. */
function readCookie(core: Core, header: string): { id: string; renew: boolean } | null {
  for (const pair of header.split(';')) {
    const match = /^\s*byok_demo=([0-9a-f]{16})\.([0-9a-f]{64})\s*$/.exec(pair);
    const [, id, given] = match ?? [];
    if (id === undefined || given === undefined) continue;
    const secret = signaturesOf(core, id).findIndex((right) =>
      timingSafeEqual(Buffer.from(right), Buffer.from(given)),
    );
    if (secret >= 0) return { id, renew: secret > 0 };
  }
  return null;
}

/** Under each secret in turn. */
function signaturesOf(core: Core, id: string): string[] {
  return core.tags('session', new TextEncoder().encode(id));
}
