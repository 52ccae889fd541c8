/** Behind a proxy of the platform's own, which writes X-Forwarded-For anew (deploy/nginx), that header says where a request comes from. */
import type { IncomingMessage } from 'node:http';
import { isIP } from 'node:net';

/** The last address of X-Forwarded-For, which is the proxy's word; where it is none, that of the connection. */
export function forwardedAddress(req: IncomingMessage): string {
  const header = req.headers['x-forwarded-for'];
  const last = (typeof header === 'string' ? header : '').split(',').at(-1)?.trim() ?? '';
  return isIP(last) === 0 ? (req.socket.remoteAddress ?? '') : last;
}
