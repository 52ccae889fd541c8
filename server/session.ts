/**
 * Who is signed in to the demo: a made-up user in a signed cookie, made at the first visit. A platform of your own has its
 * own sessions and gives the API a function `user(req)` instead.
 */
import { timingSafeEqual } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { PlatformUser } from '../web/vault/api.ts';
import type { Core } from './core.ts';

const cookieName = 'byok_demo';
const yearSeconds = 365 * 24 * 60 * 60;

export interface SessionOptions {
  /** Sent over HTTPS only. */
  readonly secure: boolean;
  /** The domain that the app's and the vault's hosts have in common; null where they are one host. */
  readonly domain: string | null;
}

/** @returns the user of the cookie; a new one, with its cookie set on `res`, where there is none that we signed. */
export function demoUser(
  core: Core,
  req: IncomingMessage,
  res: ServerResponse,
  { secure, domain }: SessionOptions,
): PlatformUser {
  const known = readCookie(core, req.headers.cookie ?? '');
  const id = known ?? crypto.randomUUID().replaceAll('-', '').slice(0, 16);
  if (known === null) {
    const attributes = `Path=/; Max-Age=${String(yearSeconds)}; HttpOnly; SameSite=Lax${secure ? '; Secure' : ''}${domain === null ? '' : `; Domain=${domain}`}`;
    res.appendHeader('set-cookie', `${cookieName}=${id}.${sign(core, id)}; ${attributes}`);
  }
  return { id: `demo-${id}`, name: `Demo user ${id.slice(0, 4)}` };
}

function readCookie(core: Core, header: string): string | null {
  for (const pair of header.split(';')) {
    const match = /^\s*byok_demo=([0-9a-f]{16})\.([0-9a-f]{64})\s*$/.exec(pair);
    const [, id, given] = match ?? [];
    if (id === undefined || given === undefined) continue;
    const right = Buffer.from(sign(core, id));
    const mine = Buffer.from(given);
    if (right.length === mine.length && timingSafeEqual(right, mine)) return id;
  }
  return null;
}

function sign(core: Core, id: string): string {
  return core.tag('session', new TextEncoder().encode(id));
}
