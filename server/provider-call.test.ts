import assert from 'node:assert/strict';
import { createServer as createTlsServer } from 'node:https';
import { createServer as createTcpServer } from 'node:net';
import { after, before, describe, test } from 'node:test';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import { testSealedKey } from './provider-call.ts';
import { sealForPlatform } from './testing/seal.ts';
import { testCore } from './testing/platform.ts';
import { closeServer, listenAnywhere, startUpstream, urlOf, type Upstream } from './testing/upstream.ts';

const canary = 'sk-proj-Zq8vLw3nXc5tRb7yHd2mKf9pJg4sTa6u';
let core: Awaited<ReturnType<typeof testCore>>;
const open: Upstream[] = [];

before(async () => {
  core = await testCore();
});
after(async () => {
  await Promise.all(open.map((each) => each.close()));
});

async function upstream(...args: Parameters<typeof startUpstream>): Promise<Upstream> {
  const started = await startUpstream(...args);
  open.push(started);
  return started;
}

async function ask(
  url: string,
  key: string | Uint8Array = canary,
  admit = (): boolean => true,
): Promise<string> {
  const sealed = await sealForPlatform({
    platform: core.publicKey().key,
    user: 'u1',
    provider: 'openai',
    key,
  });
  const call = { sealed, user: 'u1', provider: 'openai', now: Date.now() };
  return await testSealedKey(core, call, { reroute: () => url, admit });
}

describe('E30: a provider that misbehaves', () => {
  test('is down: its 503 is provider_down', async () => {
    const { url } = await upstream((_req, res) => res.writeHead(503).end('{}'));
    assert.equal(await ask(url), 'provider_down');
  });

  test('never answers: unreachable after 5 s, not later', async () => {
    const { url } = await upstream(() => undefined);
    const started = performance.now();
    assert.equal(await ask(url), 'unreachable');
    const seconds = (performance.now() - started) / 1000;
    assert.ok(seconds > 4.5 && seconds < 8, `took ${String(seconds)} s`);
  });

  test('stops in the middle of a body: unreachable, and the 5 s count for the body too', async () => {
    const { url } = await upstream((_req, res) =>
      res.writeHead(200, { 'content-type': 'application/json' }).write('{"da'),
    );
    const started = performance.now();
    assert.equal(await ask(url), 'unreachable');
    assert.ok(performance.now() - started < 8_000);
  });

  test('is not there: unreachable', async () => {
    const gone = await startUpstream(() => undefined);
    await gone.close();
    assert.equal(await ask(gone.url), 'unreachable');
  });

  test('has a name that does not resolve: unreachable', async () => {
    assert.equal(await ask('https://provider.invalid/v1/models'), 'unreachable');
  });

  test('hangs up: unreachable', async () => {
    const { url } = await upstream((req) => req.socket.resetAndDestroy());
    assert.equal(await ask(url), 'unreachable');
  });

  test('speaks no TLS, or fails in its handshake: unreachable', async () => {
    const tls = createTlsServer({});
    await listenAnywhere(tls);
    const tcp = createTcpServer((socket) => socket.resume().end('not TLS at all\n'));
    await new Promise<void>((resolve) => tcp.listen(0, '127.0.0.1', resolve));
    try {
      assert.equal(await ask(urlOf(tls, 'https')), 'unreachable');
      assert.equal(await ask(urlOf(tcp, 'https')), 'unreachable');
    } finally {
      await closeServer(tls);
      await new Promise((resolve) => tcp.close(resolve));
    }
  });

  for (const status of [301, 302, 303, 307, 308]) {
    test(`redirects with ${String(status)} to another host: unreachable, and that host sees no request`, async () => {
      const other = await upstream((_req, res) => res.end('{"data":[],"object":"list"}'));
      const { url, received } = await upstream((_req, res) =>
        res.writeHead(status, { location: other.url }).end(),
      );
      assert.equal(await ask(url), 'unreachable');
      assert.equal(received.length, 1);
      assert.equal(other.received.length, 0);
    });
  }

  test('answers 200 with HTML: provider_down, not valid', async () => {
    const { url } = await upstream((_req, res) => {
      res.writeHead(200, { 'content-type': 'text/html' }).end('<!doctype html><title>Welcome</title>');
    });
    assert.equal(await ask(url), 'provider_down');
  });

  test('sends 10 MB: at most the first 512 KiB are taken, then the line is cut', async () => {
    let sent = 0;
    let closed: (() => void) | undefined;
    const cut = new Promise<void>((resolve) => (closed = resolve));
    const { url } = await upstream((_req, res) => {
      res.writeHead(200, { 'content-type': 'application/json' }).write('{"object":"list","data":["');
      const chunk = Buffer.alloc(64 * 1024, 'x');
      const pump = (): void => {
        while (sent < 10 * 1024 * 1024) {
          sent += chunk.length;
          if (!res.write(chunk)) {
            res.once('drain', pump);
            return;
          }
        }
        res.end('"]}');
      };
      res.once('close', () => closed?.());
      pump();
    });
    const verdict = await ask(url);
    await cut;
    assert.equal(verdict, 'provider_down');
    assert.ok(sent < 9 * 1024 * 1024, `${String(sent)} bytes were taken`);
  });
});

test('an answer as long as the core reads is read whole, and one byte more is cut', async () => {
  const listOf = (bytes: number): string => {
    const [start, end] = ['{"object":"list","data":[{"id":"', '"}]}'];
    return `${start}${'m'.repeat(bytes - start.length - end.length)}${end}`;
  };
  // include/byok/provider_answer.h, kMaxAnswerBytes.
  for (const [bytes, verdict] of [
    [512 * 1024, 'valid'],
    [512 * 1024 + 1, 'provider_down'],
  ] as const) {
    const { url } = await upstream((_req, res) => {
      res.writeHead(200, { 'content-type': 'application/json' }).end(listOf(bytes));
    });
    assert.equal(await ask(url), verdict, `${String(bytes)} bytes`);
  }
});

test('E30: an answer that is compressed, though it was asked not to be, unfolds into no more than that', async () => {
  for (const [encoding, compress] of [
    ['gzip', (bytes: Buffer) => gzipSync(bytes, { level: 1 })],
    ['br', (bytes: Buffer) => brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 1 } })],
  ] as const) {
    const bomb = compress(Buffer.alloc(128 * 1024 * 1024));
    const { url, received } = await upstream((_req, res) => {
      res.writeHead(200, { 'content-type': 'application/json', 'content-encoding': encoding }).end(bomb);
    });
    const before = process.memoryUsage().rss;
    assert.equal(await ask(url), 'provider_down');
    const grown = process.memoryUsage().rss - before;
    assert.ok(grown < 64 * 1024 * 1024, `${encoding}: ${String(grown)} bytes more`);
    assert.equal(received[0]?.headers['accept-encoding'], 'identity');
  }
});

test('E34: a provider that echoes the key in its error yields a verdict and nothing else', async () => {
  const { url } = await upstream((req, res) => {
    res.writeHead(401, { 'content-type': 'application/json', 'x-echo': req.headers.authorization });
    res.end(
      JSON.stringify({
        error: { code: 'invalid_api_key', message: `Incorrect API key provided: ${canary}` },
      }),
    );
  });
  assert.equal(await ask(url), 'invalid');
});

test('the key goes out in the header of the catalogue, and in no other place', async () => {
  const { url, received } = await upstream((_req, res) => res.end('{}'));
  await ask(url);
  const [request] = received;
  assert.ok(request);
  assert.equal(request.headers.authorization, `Bearer ${canary}`);
  assert.ok(!request.url?.includes(canary));
  const others = request.rawHeaders.filter((value) => value.includes(canary));
  assert.deepEqual(others, [`Bearer ${canary}`]);
});

test('E29: a key with CR, LF, NUL or a blank inside is refused before anything is sent, and not quoted', async () => {
  const { url, received } = await upstream((_req, res) => res.end('{}'));
  for (const bad of ['\r\nx-evil: 1', '\n', '\0', ' ', 'é']) {
    await assert.rejects(
      ask(url, `${canary}${bad}tail`),
      (error: Error) => !String(error.stack).includes('Zq8vLw3n'),
    );
  }
  assert.equal(received.length, 0);
});

test('nothing is sent where the limit says no', async () => {
  const { url, received } = await upstream((_req, res) => res.end('{}'));
  await assert.rejects(
    ask(url, canary, () => false),
    { code: 'rate_limited' },
  );
  assert.equal(received.length, 0);
});

test('the opened key is zero-filled, whether the call ends well or not', async () => {
  const { url } = await upstream((_req, res) => res.end('{}'));
  const sealed = await sealForPlatform({
    platform: core.publicKey().key,
    user: 'u1',
    provider: 'openai',
    key: canary,
  });
  const call = { sealed, user: 'u1', provider: 'openai', now: Date.now() };
  for (const [target, admit] of [
    [url, true],
    ['https://provider.invalid/', true],
    [url, false],
  ] as const) {
    const seen: Uint8Array[] = [];
    const watching = {
      publicKey: core.publicKey.bind(core),
      providers: core.providers.bind(core),
      testRequest: core.testRequest.bind(core),
      readAnswer: core.readAnswer.bind(core),
      redact: core.redact.bind(core),
      tag: core.tag.bind(core),
      tags: core.tags.bind(core),
      openSealed(...args: Parameters<typeof core.openSealed>) {
        const opened = core.openSealed(...args);
        seen.push(opened.key);
        assert.equal(Buffer.from(opened.key).toString(), canary);
        return opened;
      },
    };
    await testSealedKey(watching, call, { reroute: () => target, admit: () => admit }).catch(() => undefined);
    assert.equal(seen.length, 1);
    assert.ok(seen[0]?.every((byte) => byte === 0));
  }
});
