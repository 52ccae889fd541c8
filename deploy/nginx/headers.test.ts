/**
 * Every kind of answer that nginx gives, its own refusals too, with the headers that server/headers.ts lays down for the origin: each
 * of them once. And every file of the built sites as the demo server serves it.
 */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { connect } from 'node:http2';
import { after, before, describe, test, type TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import { freePort } from '../../server/testing/ports.ts';
import { appHeaders, vaultHeaders, type SiteHeaders } from '../../server/headers.ts';
import { readSite } from '../../server/site.ts';
import { startPlatform, type TestPlatform } from '../../server/testing/platform.ts';
import { wireError } from '../../server/wire-errors.ts';
import { ask, askRaw, valuesOf, type Ask, type Reply } from './ask.ts';
import { startNginx, type TestNginx } from './testing.ts';

const app = 'https://app.example.com';
const vault = 'https://vault.example.com';
const dist = fileURLToPath(new URL('../../dist', import.meta.url));
const marker = 'Zk4echoTpW';

let api: TestPlatform;
let nginx: TestNginx;
/** One whose API is not there, and whose limits are at their least. */
let alone: TestNginx;
const closing: (() => Promise<void>)[] = [];
before(async () => {
  api = await startPlatform({ apps: [app, vault] });
  closing.push(() => api.close());
  nginx = await startNginx({
    api: [Number(new URL(api.app).port)],
    sites: dist,
    change: (text, file) => (file === 'limits.conf' ? text.replaceAll(/rate=\d+r/g, 'rate=1000r') : text),
  });
  closing.push(() => nginx.stop());
  alone = await startNginx({
    api: [await freePort()],
    sites: dist,
    change: (text, file) => (file === 'api.conf' ? text.replaceAll(/burst=\d+/g, 'burst=1') : text),
  });
  closing.push(() => alone.stop());
});
after(async () => {
  await Promise.all(closing.map((close) => close()));
});

const origins: { host: string; headers: SiteHeaders; folder: string }[] = [
  { host: 'app.example.com', headers: appHeaders(vault), folder: `${dist}/demo/` },
  { host: 'vault.example.com', headers: vaultHeaders([app]), folder: `${dist}/site/` },
];

const hsts = ['Strict-Transport-Security', 'max-age=63072000; includeSubDomains'] as const;
const ours = [hsts[0], 'Cross-Origin-Opener-Policy', 'Document-Isolation-Policy'];

/** @param kind which of the origin's lists must be there: a document's, or that of any answer. */
function check(reply: Reply, headers: SiteHeaders, path: string, kind: 'document' | 'any' | 'plain'): void {
  const policy = headers.policies.get(path);
  const expected = new Map([
    ...headers.always,
    ...(kind === 'plain' ? [] : [hsts]),
    ...(kind === 'document' ? headers.document : []),
    ...(policy === undefined || kind !== 'document' ? [] : [['Content-Security-Policy', policy] as const]),
  ]);
  for (const name of [...ours, ...headers.always.map(([each]) => each)]) {
    const value = expected.get(name);
    assert.deepEqual(valuesOf(reply, name), value === undefined ? [] : [value], name);
  }
  assert.deepEqual(valuesOf(reply, 'server'), ['nginx']);
  assert.equal(valuesOf(reply, 'cache-control').length, 1);
  for (const name of ['access-control-allow-origin', 'x-powered-by'])
    assert.deepEqual(valuesOf(reply, name), []);
  if (reply.status >= 400) assert.deepEqual(valuesOf(reply, 'cache-control'), ['no-store']);
  assert.ok(!`${reply.body}${JSON.stringify(reply.headers)}`.includes(marker), 'an echo');
}

const json = { 'content-type': 'application/json' };
const post = (path: string, body: string, headers: Record<string, string> = {}): Omit<Ask, 'host'> => ({
  path,
  method: 'POST',
  headers: { ...json, 'content-length': String(Buffer.byteLength(body)), ...headers },
  body,
});
type Send = (host: string) => Promise<Reply>;
const by =
  (request: Omit<Ask, 'host'>): Send =>
  (host) =>
    ask(nginx, { host, ...request });
const raw =
  (lines: (host: string) => string[], rest = ''): Send =>
  (host) =>
    askRaw(nginx, host, `${[...lines(host), 'Connection: close', '', ''].join('\r\n')}${rest}`);
const first = 'GET / HTTP/1.1';

const table: [what: string, status: number, kind: 'document' | 'any', send: Send][] = [
  ['the document', 200, 'document', by({})],
  ['the document, HEAD', 200, 'document', by({ method: 'HEAD' })],
  ['the document, POST', 405, 'document', by(post('/', marker))],
  ['an icon', 200, 'any', by({ path: '/icon.svg' })],
  ['an icon, DELETE', 405, 'any', by({ path: '/icon.svg', method: 'DELETE' })],
  ['no such part of it', 200, 'any', by({ path: '/icon.svg', headers: { range: 'bytes=999999-' } })],
  ['no such file', 404, 'any', by({ path: `/${marker}?${marker}` })],
  ['no such file of a good name', 404, 'any', by({ path: `/${marker}-0123456789ab.js` })],
  ['the document by its file’s name', 404, 'any', by({ path: '/index.html' })],
  ['a way out of the folder', 400, 'any', by({ path: '/../../package.json' })],
  ['an encoded way out', 400, 'any', by({ path: '/%2e%2e%2fpackage.json' })],
  ['a dot file', 404, 'any', by({ path: '/.env' })],
  ['metrics', 404, 'any', by({ path: '/metrics' })],
  ['health', 404, 'any', by({ path: '/health' })],
  ['a query of the API', 200, 'any', by({ path: '/byok/whoami' })],
  ['no such procedure', 404, 'any', by({ path: `/byok/${marker}` })],
  ['metrics among the procedures', 404, 'any', by({ path: '/byok/metrics' })],
  ['a batch', 404, 'any', by({ path: '/byok/whoami,platformKey?batch=1' })],
  ['a mutation by GET', 405, 'any', by({ path: '/byok/testByokKey' })],
  ['an unknown field', 400, 'any', by(post('/byok/testByokKey', `{"provider":"openai","${marker}":1}`))],
  ['another site', 403, 'any', by(post('/byok/testByokKey', '{}', { origin: `https://${marker}.example` }))],
  ['text', 415, 'any', by(post('/byok/testByokKey', marker, { 'content-type': 'text/plain' }))],
  [
    'a body of 17 KB',
    413,
    'any',
    by({ ...post('/byok/testByokKey', ''), headers: { ...json, 'content-length': '17408' } }),
  ],
  [
    'a body of 17 KB to a file',
    413,
    'document',
    by({ method: 'POST', headers: { 'content-length': '17408' } }),
  ],
  [
    'a body of no known length',
    411,
    'any',
    raw(
      (host) => ['POST /byok/testByokKey HTTP/1.1', `Host: ${host}`, 'Transfer-Encoding: chunked'],
      '0\r\n\r\n',
    ),
  ],
  [
    'a body of two lengths',
    400,
    'any',
    raw((host) => [
      'POST /byok/testByokKey HTTP/1.1',
      `Host: ${host}`,
      'Content-Length: 5',
      'Transfer-Encoding: chunked',
    ]),
  ],
  [
    'a header of 20 KB',
    400,
    'any',
    raw((host) => [first, `Host: ${host}`, `X-BYOK-Key: ${marker}${'x'.repeat(20_000)}`]),
  ],
  [
    'a first line of 20 KB',
    414,
    'any',
    raw((host) => [`GET /${marker}${'x'.repeat(20_000)} HTTP/1.1`, `Host: ${host}`]),
  ],
  ['a header with a NUL', 400, 'any', raw((host) => [first, `Host: ${host}`, `X-BYOK-Key: a\0${marker}`])],
  ['two hosts', 400, 'any', raw((host) => [first, `Host: ${host}`, `Host: ${marker}.example`])],
  ['not HTTP', 400, 'any', raw(() => [`${marker} ${marker}`])],
  ['a later HTTP', 505, 'any', raw((host) => ['GET / HTTP/3.7', `Host: ${host}`])],
];

for (const { host, headers, folder } of origins) {
  describe(`${host}: every answer has the origin's headers, each once, and none echoes the request`, () => {
    for (const [what, status, kind, send] of table) {
      test(`${String(status)}: ${what}`, async () => {
        const reply = await send(host);
        assert.equal(reply.status, status);
        check(reply, headers, '/', kind);
      });
    }

    test('502: an API that is not there', async () => {
      const reply = await ask(alone, { host, path: '/byok/whoami' });
      assert.equal(reply.status, 502);
      check(reply, headers, '/', 'any');
    });

    test('429: too many calls, in the words of the API', async () => {
      const send = (): Promise<Reply> => ask(alone, { host, ...post('/byok/testByokKey', '{}') });
      const replies = await Promise.all(Array.from({ length: 6 }, send));
      const refused = replies.filter(({ status }) => status === 429);
      assert.ok(refused.length >= 4, replies.map(({ status }) => status).join(' '));
      for (const reply of refused) {
        check(reply, headers, '/', 'any');
        assert.deepEqual(JSON.parse(reply.body), { error: wireError('TOO_MANY_REQUESTS') });
      }
    });

    test('a body that is too large is refused in the words of the API', async () => {
      const reply = await ask(nginx, {
        host,
        ...post('/byok/testByokKey', ''),
        headers: { ...json, 'content-length': '1048576' },
      });
      assert.deepEqual(JSON.parse(reply.body), { error: wireError('PAYLOAD_TOO_LARGE') });
    });

    test('301: plain HTTP', async () => {
      const reply = await ask(nginx, { host, path: '/a/b?c', plain: true });
      assert.equal(reply.status, 301);
      assert.deepEqual(valuesOf(reply, 'location'), [`https://${host}/a/b?c`]);
      check(reply, headers, '/', 'plain');
    });

    test('over HTTP/2, too, answers and refusals have them', async () => {
      for (const [path, status] of [
        ['/', 200],
        ['/nothing', 404],
        ['/byok/whoami', 200],
      ] as const) {
        const reply = await askHttp2(host, path);
        assert.equal(reply.status, status);
        check(reply, headers, path, path === '/' ? 'document' : 'any');
      }
    });

    test('every file is served as the demo server serves it', async (context) => {
      await compareFiles(context, host, headers, folder);
    });
  });
}

async function compareFiles(
  context: TestContext,
  host: string,
  headers: SiteHeaders,
  folder: string,
): Promise<void> {
  const site = readSite(new URL(`file://${folder}`));
  for (const [path, file] of site) {
    const reply = await ask(nginx, { host, path, headers: { 'accept-encoding': 'gzip' } });
    assert.equal(reply.status, 200, path);
    check(reply, headers, path, file.isDocument ? 'document' : 'any');
    const expected = new Map(file.headers);
    for (const name of ['Content-Type', 'Cache-Control']) {
      assert.deepEqual(valuesOf(reply, name), [expected.get(name)], `${path}: ${name}`);
    }
    if (/\.(wasm|js|css)$/.test(path)) {
      assert.deepEqual(valuesOf(reply, 'content-encoding'), ['gzip'], path);
      assert.deepEqual(valuesOf(reply, 'vary'), ['Accept-Encoding'], path);
    }
    const whole = await ask(nginx, { host, path });
    assert.equal(whole.body, file.plain.toString('utf8'), path);
  }
  context.diagnostic(`${String(site.size)} files`);
}

async function askHttp2(host: string, path: string): Promise<Reply> {
  const session = connect(`https://${host}`, {
    ca: nginx.certificate,
    lookup: (_name, _options, found) => {
      found(null, [{ address: '127.0.0.1', family: 4 }]);
    },
    port: nginx.port,
  } as Parameters<typeof connect>[1]);
  try {
    return await new Promise((resolve, reject) => {
      session.on('error', reject);
      const stream = session.request({ ':path': path, ':authority': host });
      let body = '';
      let head: [string, string][] = [];
      let status = 0;
      stream.on('response', (received) => {
        status = received[':status'] ?? 0;
        head = Object.entries(received).flatMap(([name, value]) =>
          [value].flat().map((each): [string, string] => [name, String(each)]),
        );
      });
      stream.setEncoding('utf8').on('data', (part: string) => (body += part));
      stream.on('error', reject);
      stream.on('end', () => {
        resolve({ status, headers: head, body });
      });
      stream.end();
    });
  } finally {
    session.close();
  }
}

test("the vault's config.json is its own, and names the app", async () => {
  const reply = await ask(nginx, { host: 'vault.example.com', path: '/config.json' });
  assert.equal(reply.status, 200);
  assert.deepEqual(JSON.parse(reply.body), { apps: [app], sandbox: false, plainFields: false });
  check(reply, vaultHeaders([app]), '/config.json', 'any');
  const refused = await ask(nginx, { host: 'vault.example.com', path: '/config.json', method: 'DELETE' });
  assert.equal(refused.status, 405);
  check(refused, vaultHeaders([app]), '/config.json', 'any');
  assert.equal((await ask(nginx, { host: 'app.example.com', path: '/config.json' })).status, 404);
});

test('a name that is not ours gets no handshake; behind one of ours, and over plain HTTP, it is told so; none at all is refused', async () => {
  await assert.rejects(ask(nginx, { host: `${marker}.example` }), /alert|handshake|unrecognized/i);
  const behind = await askRaw(
    nginx,
    'app.example.com',
    `${first}\r\nHost: ${marker}.example\r\nConnection: close\r\n\r\n`,
  );
  const plain = await ask(nginx, { host: `${marker}.example`, plain: true });
  const none = await askRaw(nginx, 'vault.example.com', `${first}\r\nConnection: close\r\n\r\n`);
  for (const [reply, status] of [
    [behind, 421],
    [plain, 421],
    [none, 400],
  ] as const) {
    assert.equal(reply.status, status);
    assert.deepEqual(valuesOf(reply, 'origin-agent-cluster'), ['?1']);
    assert.deepEqual(valuesOf(reply, 'location'), []);
    assert.ok(!reply.body.includes(marker));
  }
});

test('each location with a header of its own has the rest of them, too', () => {
  const folder = new URL('./byok/', import.meta.url);
  let seen = 0;
  for (const file of readdirSync(folder)) {
    const text = readFileSync(new URL(file, folder), 'utf8')
      .replaceAll(/"(?:[^"\\]|\\.)*"/g, 'text')
      .replaceAll(/#.*$/gm, '');
    for (const [, block = ''] of text.matchAll(/location [^{]*\{([^}]*)\}/g)) {
      if (!block.includes('add_header')) continue;
      seen += 1;
      assert.match(block, /include byok\/(app|vault|common)-headers\.conf;/, file);
    }
    for (const [line] of text.matchAll(/add_header [^;]*;/g)) assert.match(line, / always;$/, file);
  }
  assert.equal(seen, 3);
});
