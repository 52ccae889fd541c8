import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { request } from 'node:http';
import { connect } from 'node:net';
import { after, before, describe, test } from 'node:test';
import { listen } from './origin.ts';
import { fileOf } from './site.ts';
import { startPlatform, type TestPlatform } from './testing/platform.ts';

let platform: TestPlatform;
before(async () => {
  platform = await startPlatform();
});
after(async () => {
  await platform.close();
});

interface Reply {
  readonly status: number;
  readonly headers: Headers;
  readonly body: string;
}

/** Sends exactly these bytes; what comes back may not even be an answer to a request. */
async function raw(origin: string, bytes: string): Promise<Reply> {
  const { port } = new URL(origin);
  return await new Promise((resolve, reject) => {
    const socket = connect(Number(port), '127.0.0.1', () => socket.write(bytes));
    let text = '';
    socket.setEncoding('latin1').on('data', (part: string) => (text += part));
    socket.on('error', reject);
    socket.on('close', () => {
      const [head = '', body = ''] = text.split('\r\n\r\n', 2);
      const [first = '', ...lines] = head.split('\r\n');
      const headers = new Headers(
        lines.map((line): [string, string] => [
          line.slice(0, line.indexOf(':')),
          line.slice(line.indexOf(':') + 1).trim(),
        ]),
      );
      resolve({ status: Number(first.split(' ')[1]), headers, body });
    });
  });
}

async function get(
  url: string,
  init: { method?: string; host?: string; headers?: Record<string, string>; body?: string } = {},
): Promise<Reply> {
  const { method = 'GET', host, headers = {}, body } = init;
  return await new Promise((resolve, reject) => {
    const req = request(
      url,
      { method, headers: { ...headers, ...(host === undefined ? {} : { host }) } },
      (res) => {
        let text = '';
        res.setEncoding('utf8').on('data', (part: string) => (text += part));
        res.on('end', () => {
          const pairs = Object.entries(res.headers).map(([name, value]): [string, string] => [
            name,
            String(value),
          ]);
          resolve({ status: res.statusCode ?? 0, headers: new Headers(pairs), body: text });
        });
      },
    );
    req.on('error', reject);
    req.end(body);
  });
}

const marker = 'Zk4echoTpW';
const json = { 'content-type': 'application/json' };

/** Every kind of answer that an origin can give, each with the status that it must have. */
const routes: [what: string, status: number, ask: (origin: string) => Promise<Reply>][] = [
  ['document', 200, (origin) => get(`${origin}/`)],
  ['document, HEAD', 200, (origin) => get(`${origin}/`, { method: 'HEAD' })],
  ['hashed file', 200, (origin) => get(`${origin}/app-0123456789ab.js`)],
  ['no such file', 404, (origin) => get(`${origin}/${marker}?${marker}`)],
  [
    'a way out of the folder',
    404,
    (origin) =>
      raw(
        origin,
        `GET /../../package.json HTTP/1.1\r\nHost: ${new URL(origin).host}\r\nConnection: close\r\n\r\n`,
      ),
  ],
  ['an encoded way out', 404, (origin) => get(`${origin}/%2e%2e%2fpackage.json`)],
  ['POST to a file', 405, (origin) => get(`${origin}/`, { method: 'POST', body: marker })],
  ['another method', 405, (origin) => get(`${origin}/`, { method: 'OPTIONS' })],
  ['another host', 421, (origin) => get(`${origin}/`, { host: `${marker}.example` })],
  ['no host', 421, (origin) => raw(origin, 'GET / HTTP/1.1\r\nConnection: close\r\n\r\n')],
  [
    'two hosts',
    421,
    (origin) =>
      raw(
        origin,
        `GET / HTTP/1.1\r\nHost: ${new URL(origin).host}\r\nHost: ${marker}.example\r\nConnection: close\r\n\r\n`,
      ),
  ],
  [
    'Expect',
    200,
    (origin) =>
      raw(
        origin,
        `GET / HTTP/1.1\r\nHost: ${new URL(origin).host}\r\nExpect: ${marker}\r\nConnection: close\r\n\r\n`,
      ),
  ],
  ['not HTTP', 400, (origin) => raw(origin, `${marker} ${marker}\r\n\r\n`)],
  [
    'a header with a control character',
    400,
    (origin) => raw(origin, `GET / HTTP/1.1\r\nHost: localhost\r\nX-BYOK-Key: a\u0001${marker}\r\n\r\n`),
  ],
  [
    'a header of 20 KB',
    431,
    (origin) =>
      raw(origin, `GET / HTTP/1.1\r\nHost: localhost\r\nX-BYOK-Key: ${marker}${'x'.repeat(20_000)}\r\n\r\n`),
  ],
  ['a query', 200, (origin) => get(`${origin}/byok/whoami`)],
  ['no such procedure', 404, (origin) => get(`${origin}/byok/${marker}`)],
  ['an inherited name', 404, (origin) => get(`${origin}/byok/constructor`)],
  ['an input in a URL', 404, (origin) => get(`${origin}/byok/whoami?input=${marker}`)],
  ['a batch', 404, (origin) => get(`${origin}/byok/whoami,platformKey?batch=1`)],
  ['a mutation by GET', 405, (origin) => get(`${origin}/byok/testByokKey`)],
  [
    'a query by POST',
    405,
    (origin) => get(`${origin}/byok/whoami`, { method: 'POST', headers: json, body: '{}' }),
  ],
  [
    'a form',
    415,
    (origin) =>
      get(`${origin}/byok/testByokKey`, {
        method: 'POST',
        headers: { 'content-type': 'multipart/form-data; boundary=x' },
        body: marker,
      }),
  ],
  [
    'a blob',
    415,
    (origin) =>
      get(`${origin}/byok/testByokKey`, {
        method: 'POST',
        headers: { 'content-type': 'application/octet-stream' },
        body: marker,
      }),
  ],
  [
    'text',
    415,
    (origin) =>
      get(`${origin}/byok/testByokKey`, {
        method: 'POST',
        headers: { 'content-type': 'text/plain' },
        body: marker,
      }),
  ],
  ['no content type', 415, (origin) => get(`${origin}/byok/testByokKey`, { method: 'POST', body: marker })],
  [
    'malformed JSON',
    400,
    (origin) => get(`${origin}/byok/testByokKey`, { method: 'POST', headers: json, body: `{"${marker}` }),
  ],
  [
    'an unknown field',
    400,
    (origin) =>
      get(`${origin}/byok/testByokKey`, {
        method: 'POST',
        headers: json,
        body: `{"provider":"openai","${marker}":1}`,
      }),
  ],
  [
    'E29: ../ in a provider',
    400,
    (origin) =>
      get(`${origin}/byok/testByokKey`, {
        method: 'POST',
        headers: json,
        body: `{"provider":"../${marker}"}`,
      }),
  ],
  [
    'E29: a control character in a provider',
    400,
    (origin) =>
      get(`${origin}/byok/testByokKey`, {
        method: 'POST',
        headers: json,
        body: JSON.stringify({ provider: `openai\r\n${marker}` }),
      }),
  ],
  [
    'no sealed key',
    400,
    (origin) =>
      get(`${origin}/byok/testByokKey`, { method: 'POST', headers: json, body: '{"provider":"openai"}' }),
  ],
  [
    'a sealed key that is none',
    400,
    (origin) =>
      get(`${origin}/byok/testByokKey`, {
        method: 'POST',
        headers: { ...json, 'x-byok-key': marker },
        body: '{"provider":"openai"}',
      }),
  ],
  [
    'E29: a body of 1 MB',
    413,
    (origin) =>
      get(`${origin}/byok/testByokKey`, {
        method: 'POST',
        headers: { ...json, 'content-length': '1048576' },
      }),
  ],
  [
    'a chunked body of 20 KB',
    413,
    (origin) =>
      raw(
        origin,
        `POST /byok/testByokKey HTTP/1.1\r\nHost: ${new URL(origin).host}\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n4e20\r\n${'x'.repeat(20_000)}\r\n0\r\n\r\n`,
      ),
  ],
  [
    'another site, by Origin',
    403,
    (origin) =>
      get(`${origin}/byok/testByokKey`, {
        method: 'POST',
        headers: { ...json, origin: `https://${marker}.example` },
        body: '{}',
      }),
  ],
  [
    'an opaque origin',
    403,
    (origin) =>
      get(`${origin}/byok/testByokKey`, { method: 'POST', headers: { ...json, origin: 'null' }, body: '{}' }),
  ],
  [
    'another site, by Sec-Fetch-Site',
    403,
    (origin) => get(`${origin}/byok/whoami`, { headers: { 'sec-fetch-site': 'cross-site' } }),
  ],
];

const common: [string, string | RegExp][] = [
  ['origin-agent-cluster', '?1'],
  ['x-content-type-options', 'nosniff'],
  ['referrer-policy', 'no-referrer'],
  ['x-dns-prefetch-control', 'off'],
  // Only names that browsers know: each other one is a warning in the console of every page.
  ['permissions-policy', /^camera=\(\), microphone=\(\)(?!.*bluetooth)/],
];

function check(reply: Reply, expected: [string, string | RegExp][]): void {
  for (const [name, value] of expected) {
    const actual = reply.headers.get(name) ?? '(missing)';
    if (typeof value === 'string') assert.equal(actual, value, name);
    else assert.match(actual, value, name);
  }
  assert.equal(reply.headers.get('access-control-allow-origin'), null);
  assert.equal(reply.headers.get('x-powered-by'), null);
}

describe("every response of the vault's origin has its headers, and none echoes the request", () => {
  for (const [what, status, ask] of [
    ...routes,
    ['config', 200, (origin: string) => get(`${origin}/config.json`)] as const,
  ]) {
    test(`${String(status)}: ${what}`, async () => {
      const reply = await ask(platform.vault);
      assert.equal(reply.status, status);
      check(reply, [
        ...common,
        ['cross-origin-resource-policy', 'same-site'],
        [
          'content-security-policy',
          "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'; style-src 'self'; connect-src 'self'; " +
            "img-src 'self'; form-action 'none'; base-uri 'none'; frame-src 'none'; " +
            `frame-ancestors ${platform.app}; require-trusted-types-for 'script'; trusted-types byok`,
        ],
      ]);
      const all = `${reply.body}${JSON.stringify([...reply.headers])}`;
      assert.ok(!all.includes(marker), all);
    });
  }

  test('the document is isolated, and other files are not said to be', async () => {
    check(await get(`${platform.vault}/`), [['document-isolation-policy', 'isolate-and-require-corp']]);
    const script = await get(`${platform.vault}/app-0123456789ab.js`);
    assert.equal(script.headers.get('document-isolation-policy'), null);
    check(script, [
      ['cache-control', /immutable/],
      ['content-type', 'text/javascript; charset=utf-8'],
    ]);
  });

  test('config.json names the apps and the sandbox', async () => {
    const { body } = await get(`${platform.vault}/config.json`);
    assert.deepEqual(JSON.parse(body), { apps: [platform.app], sandbox: false, plainFields: false });
  });
});

describe("every response of the app's origin has its headers, and none echoes the request", () => {
  for (const [what, status, ask] of routes) {
    test(`${String(status)}: ${what}`, async () => {
      const reply = await ask(platform.app);
      assert.equal(reply.status, status);
      check(reply, [
        ...common,
        ['cross-origin-resource-policy', 'same-origin'],
        [
          'content-security-policy',
          new RegExp(
            `^default-src 'none'; script-src 'self'; .*frame-src ${platform.vault}; .*require-trusted-types-for 'script'`,
          ),
        ],
      ]);
      const all = `${reply.body}${JSON.stringify([...reply.headers])}`;
      assert.ok(!all.includes(marker), all);
    });
  }

  test('only the page of the importable form may compile WebAssembly and start workers', async () => {
    check(await get(`${platform.app}/import.html`), [
      ['content-security-policy', /script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'; /],
    ]);
    const { headers } = await get(`${platform.app}/`);
    assert.doesNotMatch(headers.get('content-security-policy') ?? '', /eval|inline|worker/);
  });

  test("the vault's config.json is not there", async () => {
    assert.equal((await get(`${platform.app}/config.json`)).status, 404);
  });
});

test("an origin that has no headers yet gives no answer: one without them would join it with its neighbours' process", async () => {
  const origin = await listen(0);
  try {
    const url = `http://localhost:${String(origin.port)}`;
    await assert.rejects(get(url));
    for (const bytes of ['GET / HTTP/1.1\r\nHost: a\r\n\r\n', 'not HTTP\r\n\r\n']) {
      const answered = await raw(url, bytes).catch(() => null);
      assert.ok(answered === null || Number.isNaN(answered.status));
    }
  } finally {
    await origin.close();
  }
});

test('who asks and never reads is hung up on', { timeout: 20_000 }, async () => {
  const origin = await listen(0, { silenceMs: 1_000 });
  const big = fileOf(randomBytes(8 * 1024 * 1024), 'application/octet-stream', true);
  const host = `localhost:${String(origin.port)}`;
  const headers = { always: [], document: [], policies: new Map<string, string>() };
  const nothing = (): void => undefined;
  origin.open({
    headers,
    hosts: [host],
    site: new Map([['/big', big]]),
    handlers: new Map(),
    visit: nothing,
    log: nothing,
  });
  try {
    const socket = connect(origin.port, '127.0.0.1', () =>
      socket.write(`GET /big HTTP/1.1\r\nHost: ${host}\r\n\r\n`),
    );
    socket.pause();
    socket.on('error', nothing);
    await new Promise((resolve) => setTimeout(resolve, 3_000));
    let taken = 0;
    socket.on('data', (part: Buffer) => (taken += part.length));
    socket.resume();
    await new Promise((resolve) => socket.once('close', resolve));
    assert.ok(taken < big.plain.length, 'all of it was still there');
  } finally {
    await origin.close();
  }
});

test("calls from the app's and the vault's own pages are let in", async () => {
  for (const origin of [platform.app, platform.vault]) {
    const headers = { ...json, origin, 'sec-fetch-site': 'same-origin', 'x-byok-key': 'AAAA' };
    const reply = await get(`${origin}/byok/testByokKey`, {
      method: 'POST',
      headers,
      body: '{"provider":"openai"}',
    });
    assert.match(reply.body, /"message":"sealed_key_refused"/);
    check(reply, [['cache-control', 'no-store']]);
  }
});

test('the cookie is HttpOnly and SameSite=Lax, and is made once', async () => {
  const first = await get(`${platform.vault}/`);
  const cookie = first.headers.get('set-cookie') ?? '';
  assert.match(
    cookie,
    /^byok_demo=[0-9a-f]{16}\.[0-9a-f]{64}; Path=\/; Max-Age=31536000; HttpOnly; SameSite=Lax$/,
  );
  const again = await get(`${platform.app}/`, { headers: { cookie: cookie.split(';', 1)[0] ?? '' } });
  assert.equal(again.headers.get('set-cookie'), null);
});

test('the cookie is Secure where the apps are served over HTTPS', async () => {
  const secure = await startPlatform({ apps: ['https://app.example.com'] });
  try {
    const { headers } = await get(`${secure.vault}/`);
    assert.match(headers.get('set-cookie') ?? '', /; Secure$/);
    assert.match(
      headers.get('content-security-policy') ?? '',
      /frame-ancestors https:\/\/app\.example\.com;/,
    );
  } finally {
    await secure.close();
  }
});
