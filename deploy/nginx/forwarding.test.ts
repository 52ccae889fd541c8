/** What nginx hands on to the API, and what it keeps to itself: sealed keys, bodies, and all that comes over plain HTTP. */
import assert from 'node:assert/strict';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { freePort } from '../../server/testing/ports.ts';
import { startUpstream, type Upstream } from '../../server/testing/upstream.ts';
import { ask, valuesOf, type Ask, type Reply } from './ask.ts';
import { startNginx, type NginxOptions, type TestNginx } from './testing.ts';

const dist = fileURLToPath(new URL('../../dist', import.meta.url));
const hosts = ['app.example.com', 'vault.example.com'] as const;
const [appHost] = hosts;
/** More than the buffers of nginx and of both ends of a connection hold. */
const largeBytes = 32 * 1024 * 1024;
const sealed = { 'x-byok-key': 'c2VhbGVkLW9uZQ', 'x-byok-keys': '{"openai":"c2VhbGVkLW1hbnk"}' };

/** An API that drops the connection where it is told to, and answers at length where it is asked for one. */
function answer(req: IncomingMessage, res: ServerResponse): void {
  req.resume();
  if (req.url === '/byok/drop') req.socket.destroy();
  else if (req.url === '/byok/large') res.end(Buffer.alloc(largeBytes, 'x'));
  else res.end('{}');
}

let first: Upstream;
let second: Upstream;
let nginx: TestNginx;
const portOf = ({ url }: Upstream): number => Number(new URL(url).port);
const start = (options: Partial<NginxOptions> = {}): Promise<TestNginx> =>
  startNginx({
    api: [portOf(first), portOf(second)],
    sites: dist,
    ...options,
    change: (text, file) => {
      const open = file === 'limits.conf' ? text.replaceAll(/rate=\d+r/g, 'rate=1000r') : text;
      return options.change?.(open, file) ?? open;
    },
  });
const closing: (() => Promise<void>)[] = [];
before(async () => {
  first = await startUpstream(answer);
  closing.push(() => first.close());
  second = await startUpstream(answer);
  closing.push(() => second.close());
  nginx = await start();
  closing.push(() => nginx.stop());
});
after(async () => {
  await Promise.all(closing.map((close) => close()));
});

/** What the API received of one request. */
async function received(
  request: Omit<Ask, 'host'>,
  host: string = appHost,
): Promise<IncomingMessage['headers'][]> {
  const before = [first.received.length, second.received.length];
  await ask(nginx, { host, ...request });
  return [...first.received.slice(before[0]), ...second.received.slice(before[1])].map(
    ({ headers }) => headers,
  );
}

describe('sealed keys reach the procedure that takes them, and no other', () => {
  const calls: [method: string, path: string, expected: string[]][] = [
    ['POST', '/byok/testByokKey', ['x-byok-key']],
    ['POST', '/byok/cacheByokKeys', ['x-byok-keys']],
    ['GET', '/byok/testByokKey', []],
    ['GET', '/byok/cacheByokKeys', []],
    ['POST', '/byok/testByokKey/', []],
    ['POST', '/byok/testbyokkey', []],
    ['POST', '/byok/clearByokKeys', []],
    ['POST', '/byok/recordByokEvents', []],
    ['GET', '/byok/receipts', []],
    ['GET', '/byok/platformKey', []],
    ['GET', '/byok/whoami', []],
    ['GET', '/byok/whoami?x=/byok/testByokKey', []],
  ];
  for (const host of hosts) {
    for (const [method, path, expected] of calls) {
      test(`${host}: ${method} ${path}`, async () => {
        const [headers, ...more] = await received({ path, method, headers: sealed }, host);
        assert.ok(headers !== undefined && more.length === 0);
        for (const [name, value] of Object.entries(sealed)) {
          assert.equal(headers[name], expected.includes(name) ? value : undefined, name);
        }
      });
    }
  }

  test('the demo app gets none', async () => {
    for (const method of ['GET', 'POST']) {
      const [headers] = await received({ path: '/demo/jobs', method, headers: sealed });
      assert.ok(headers !== undefined && !Object.keys(headers).some((name) => name.startsWith('x-byok')));
    }
  });
});

test('eight sealed keys fit through, beside a long cookie', async () => {
  const keys = 'x'.repeat(7 * 1024);
  const headers = { 'x-byok-keys': keys, cookie: `session=${'y'.repeat(4096)}` };
  const [got] = await received({ path: '/byok/cacheByokKeys', method: 'POST', headers });
  assert.equal(got?.['x-byok-keys'], keys);
  assert.equal(got.cookie, headers.cookie);
});

test('who calls is what nginx sees, whatever the caller says', async () => {
  const lies = {
    'x-forwarded-for': '203.0.113.7',
    'x-real-ip': '203.0.113.7',
    forwarded: 'for=203.0.113.7',
    'x-forwarded-proto': 'http',
    'x-forwarded-host': 'evil.example',
    referer: 'https://app.example.com/?q=1',
    cookie: 'session=1',
    origin: 'https://app.example.com',
  };
  const [headers] = await received({ path: '/byok/whoami', headers: lies });
  assert.ok(headers !== undefined);
  assert.ok(!JSON.stringify(headers).includes('203.0.113.7') && !JSON.stringify(headers).includes('evil'));
  assert.equal(headers['x-forwarded-for'], '127.0.0.1');
  assert.equal(headers['x-forwarded-proto'], 'https');
  assert.equal(headers.referer, undefined);
  assert.deepEqual([headers.host, headers.cookie, headers.origin], [appHost, lies.cookie, lies.origin]);
});

test('metrics and the health check are asked for by no one from outside', async () => {
  for (const path of ['/metrics', '/health', '/healthz', '/ready', '/', '/icon.svg']) {
    for (const host of hosts) assert.deepEqual(await received({ path }, host), [], path);
  }
});

describe('plain HTTP: reading is sent on, and nothing that holds a secret is ever sent again', () => {
  const asked = (request: Omit<Ask, 'host'>): Promise<Reply[]> =>
    Promise.all(hosts.map((host) => ask(nginx, { host, plain: true, ...request })));

  for (const path of [
    '/',
    '/import.html',
    '/byok/whoami',
    '/demo/jobs/1',
    '/icon.svg',
    '//evil.example/x',
    '/%0d%0aa:b',
  ]) {
    test(`301: ${path}`, async () => {
      for (const method of ['GET', 'HEAD']) {
        for (const [at, reply] of (await asked({ path, method })).entries()) {
          assert.equal(reply.status, 301);
          assert.deepEqual(valuesOf(reply, 'location'), [`https://${hosts[at] ?? ''}${path}`]);
        }
      }
    });
  }

  const refused: [what: string, request: Omit<Ask, 'host'>][] = [
    ...['POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'].map((method): [string, Omit<Ask, 'host'>] => [
      method,
      { method },
    ]),
    ['a key to be tested', { path: '/byok/testByokKey', method: 'POST', headers: sealed, body: '{}' }],
    ['a sealed key in a GET', { headers: { 'x-byok-key': sealed['x-byok-key'] } }],
    ['sealed keys in a GET', { headers: { 'x-byok-keys': sealed['x-byok-keys'] } }],
  ];
  for (const [what, request] of refused) {
    test(`403: ${what}`, async () => {
      for (const reply of await asked(request)) {
        assert.equal(reply.status, 403);
        assert.deepEqual(valuesOf(reply, 'location'), []);
      }
    });
  }
});

test('a call that an API received is never sent to another one; one that could not be sent is', async () => {
  const calls = await received({ path: '/byok/drop', method: 'POST', body: '{}' });
  assert.equal(calls.length, 1);
  const half = await start({ api: [await freePort(), portOf(first)] });
  try {
    for (let count = 0; count < 4; count += 1) {
      const reply = await ask(half, { host: appHost, path: '/byok/whoami', method: 'POST', body: '{}' });
      assert.equal(reply.status, 200);
    }
  } finally {
    await half.stop();
  }
});

describe('nothing of a request or an answer goes to disk', () => {
  const body = 'x'.repeat(16 * 1024);
  const inTwoParts = (on: TestNginx): Promise<Reply> =>
    ask(on, {
      host: appHost,
      path: '/byok/testByokKey',
      method: 'POST',
      body,
      headers: { 'content-length': '16384' },
    });

  test('a body of 16 KB, and an answer that is read slowly', async () => {
    const before = nginx.lastOnDisk();
    assert.equal((await inTwoParts(nginx)).status, 200);
    const large = await ask(nginx, { host: appHost, path: '/byok/large', slow: true });
    assert.equal(large.body.length, largeBytes);
    assert.equal(nginx.lastOnDisk(), before);
  });

  for (const [what, file, from, to, send] of [
    [
      'a small buffer for bodies',
      'http.conf',
      'client_body_buffer_size 32k',
      'client_body_buffer_size 1k',
      inTwoParts,
    ],
    [
      'room on disk for answers',
      'proxy.conf',
      'proxy_max_temp_file_size 0',
      'proxy_max_temp_file_size 64m',
      (on: TestNginx) => ask(on, { host: appHost, path: '/byok/large', slow: true }),
    ],
  ] as const) {
    test(`with ${what} it would, and this would see it`, async () => {
      const broken = await start({ change: (text, name) => (name === file ? text.replace(from, to) : text) });
      try {
        const before = broken.lastOnDisk();
        assert.equal((await send(broken)).status, 200);
        assert.ok(broken.lastOnDisk() > before);
      } finally {
        await broken.stop();
      }
    });
  }
});
