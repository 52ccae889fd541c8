/** A key put wherever a careless client could put it, in clear: for the tests of what is written down of it. */
import type { Ask } from './ask.ts';

/** Whole requests. `hang` in a path is where the API of a test may drop the connection. */
export function carelessRequests(key: string): Omit<Ask, 'host'>[] {
  const encoded = Buffer.from(key).toString('base64url');
  const percent = [...Buffer.from(key)].map((byte) => `%${byte.toString(16)}`).join('');
  return [
    { path: `/?key=${key}` },
    { path: `/${key}` },
    { path: `/${percent}?${percent}` },
    { path: `/${encoded}.js` },
    { path: `/byok/whoami?key=${key}` },
    { path: `/byok/${key}` },
    { path: `/byok/hang?key=${key}` },
    { path: `/byok/hang/${key}`, method: 'POST', body: key, headers: { 'x-byok-key': key } },
    { path: `/demo/jobs/${key}?key=${key}`, method: 'POST', body: key },
    {
      path: '/byok/testByokKey',
      method: 'POST',
      body: key,
      headers: { 'x-byok-key': key, 'x-byok-keys': key },
    },
    { path: '/byok/hang', headers: { referer: `https://app.example.com/?key=${key}` } },
    { headers: { referer: `https://app.example.com/?key=${key}`, 'user-agent': key, cookie: `k=${key}` } },
    {
      headers: {
        authorization: `Basic ${Buffer.from(`${key}:${key}`).toString('base64')}`,
        'x-forwarded-for': key,
      },
    },
    {
      path: `/byok/whoami?key=${key}`,
      method: 'POST',
      headers: { 'content-length': '1000000', referer: key },
    },
    { path: `/?key=${key}`, plain: true, headers: { referer: key } },
    { path: `/?key=${key}`, plain: true, method: 'POST', body: key, headers: { 'x-byok-key': key } },
  ];
}

/** What is no good request: first line, and headers behind that of the host. */
export function malformedRequests(key: string): [first: string, ...headers: string[]][] {
  return [
    ['GET / HTTP/1.1', `X_BYOK_KEY: ${key}`],
    ['GET / HTTP/1.1', `X-BYOK-Key: ${key}\0`],
    ['GET / HTTP/1.1', `X-BYOK-Key: ${key}\rX: y`],
    ['GET / HTTP/1.1', `X BYOK Key: ${key}`],
    ['GET / HTTP/1.1', key],
    ['GET / HTTP/1.1', `X-BYOK-Keys: ${key}${'x'.repeat(20_000)}`],
    ['GET / HTTP/1.1', `Host: ${key}.example.com`],
    ['GET / HTTP/1.1', 'Content-Length: 1', `Content-Length: ${key}`],
    [`GET /?key=${key} HTTP/1.1`, `Host: ${key}`],
    [`GET /${key}${'x'.repeat(20_000)} HTTP/1.1`],
    [`${key} / HTTP/1.1`],
    [`${key.toUpperCase().replaceAll(/[^A-Z]/g, '_')} / HTTP/1.1`],
    [`GET /?${key} HTTP/9.9`],
    [`GET ${key}`],
  ];
}

/** As it is sent. */
export function bytesOf(host: string, first: string, headers: readonly string[]): string {
  return [first, `Host: ${host}`, ...headers, 'Connection: close', '', ''].join('\r\n');
}
