/**
 * A provider key put wherever a careless client could put it, in clear: none of it may be in what nginx writes. And with one of the
 * directives that prevent it switched off in turn, the same requests must leave it there: a check that can't fail is no check.
 */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { findLeaks, type Leak } from '../../e2e/support/leak.ts';
import { makeRouter, type Platform } from '../../server/router.ts';
import { freePort } from '../../server/testing/ports.ts';
import { startUpstream, type Upstream } from '../../server/testing/upstream.ts';
import { ask, askRaw } from './ask.ts';
import { bytesOf, carelessRequests, malformedRequests } from './careless.ts';
import { startNginx, type TestNginx } from './testing.ts';

const dist = fileURLToPath(new URL('../../dist', import.meta.url));
const random = randomBytes(48).toString('hex').slice(0, 40);
const key = `sk-proj-${random}`;
const host = 'app.example.com';

let api: Upstream;
before(async () => {
  api = await startUpstream((req, res) => {
    req.resume();
    if (req.url?.includes('hang') === true) req.socket.destroy();
    else res.end('{}');
  });
});
after(() => api.close());

const requests = carelessRequests(key);
const malformed = malformedRequests(key);

async function drive(nginx: TestNginx): Promise<void> {
  for (const request of requests) await ask(nginx, { host, ...request }).catch(() => null);
  for (const [first, ...headers] of malformed) {
    await askRaw(nginx, host, bytesOf(host, first, headers)).catch(() => null);
  }
  // Many at once are refused for their rate, and an API that is away answers none.
  await Promise.all(
    Array.from({ length: 60 }, () => ask(nginx, { host, path: `/byok/whoami?key=${key}` }).catch(() => null)),
  );
}

interface Written {
  readonly leaks: Leak[];
  readonly access: string;
  readonly error: string;
}

async function written(options: {
  api: number[];
  change?: (text: string, file: string) => string;
}): Promise<Written> {
  const nginx = await startNginx({ sites: dist, ...options });
  try {
    await drive(nginx);
    const [access, error] = [nginx.accessLog(), nginx.errorLog()];
    const sinks = Object.entries({ access, error }).map(([sink, text]) => ({
      sink,
      bytes: Buffer.from(text, 'utf8'),
    }));
    return { leaks: findLeaks(sinks, [{ name: 'key', value: key, random }]), access, error };
  } finally {
    await nginx.stop();
  }
}

test('the log knows each procedure of the API by name, and no other', () => {
  const { procedures } = makeRouter({} as Platform)._def;
  const conf = readFileSync(new URL('byok/log.conf', import.meta.url), 'utf8');
  const [, names = ''] = /\?<byok_procedure>([^)]*)\)/.exec(conf) ?? [];
  assert.deepEqual(names.split('|').sort(), Object.keys(procedures).sort());
});

const port = (): number => Number(new URL(api.url).port);

test('a key in paths, queries, headers, bodies and in what is no request is in none of the logs, nor where the API is away', async () => {
  const away = await freePort();
  for (const ports of [[port()], [away]]) {
    const { leaks, access } = await written({ api: ports });
    assert.deepEqual(leaks, []);
    const lines = access
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    // Every request but those that were no HTTP at all left a line, with what an operator needs.
    assert.ok(lines.length >= requests.length + malformed.length + 50, String(lines.length));
    const statuses = new Set(lines.map(({ status }) => status));
    for (const status of [301, 400, 403, 404, 413, 414, 429, 502])
      assert.ok(statuses.has(status), String(status));
  }
});

const broken: [what: string, file: string, from: string, to: string, sink: string, sign: RegExp][] = [
  ['error_log at info', 'http.conf', ' emerg;', ' info;', 'error', /client sent invalid header line/],
  ['error_log at info', 'http.conf', ' emerg;', ' info;', 'error', /client sent duplicate host header/],
  ['error_log at info', 'http.conf', ' emerg;', ' info;', 'error', /client sent too long header line/],
  ['error_log at error', 'http.conf', ' emerg;', ' error;', 'error', /upstream prematurely closed.*referrer/],
  ["nginx's usual log format", 'log.conf', 'byok.log byok;', 'byok.log combined;', 'access', /"GET \/\?key=/],
  ['paths that are not on the list', 'log.conf', '$byok_route"', '$uri"', 'access', /"route":"\/sk-proj-/],
  [
    'methods that are not on the list',
    'log.conf',
    '$byok_method"',
    '$request_method"',
    'access',
    /"method":"SK_PROJ/,
  ],
];
for (const [what, file, from, to, sink, sign] of broken) {
  test(`with ${what} it is in the ${sink} log (${sign.source.slice(0, 40)}), and this would see it`, async () => {
    const change = (text: string, name: string): string => (name === file ? text.replace(from, to) : text);
    const found = await written({ api: [port()], change });
    assert.match(sink === 'error' ? found.error : found.access, sign);
    if (!what.startsWith('methods')) assert.ok(found.leaks.some((leak) => leak.sink === sink));
  });
}
