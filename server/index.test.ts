/** `byok-vault/server` as it is built, mounted in a server that exists already. */
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { createTRPCClient, httpLink } from '@trpc/client';
import { hexSecret } from './testing/platform.ts';
import { sealForPlatform } from './testing/seal.ts';
import { typeCheck } from './testing/type-check.ts';
import { closeServer } from './testing/upstream.ts';

const root = fileURLToPath(new URL('../', import.meta.url));
// By its name, as its users write it: node finds the package that this file is in.
const name = 'byok-vault/server';
const library = (await import(name)) as typeof import('./index.ts');

test('mounted in a few lines, it serves the stock client, and a worker reads what was cached', async () => {
  const env: NodeJS.ProcessEnv = { PLATFORM_TOKEN_SECRET: Buffer.from(hexSecret()).toString() };
  const core = await library.loadPlatform(env);
  assert.deepEqual(env, {});
  const lines: string[] = [];
  const log = library.makeLog(
    (text) => core.redact(text),
    (line) => lines.push(line),
  );
  const { platform, cache, metrics } = library.makeServices({ core, log });
  const byok = library.makeApi({
    platform,
    log,
    origins: ['https://app.example.com'],
    user: (req) => (req.headers.cookie === 'sid=7' ? { id: 'ada', name: 'Ada' } : null),
  });
  const server = createServer((req, res) => {
    if (req.url?.startsWith(library.apiPath) === true) byok(req, res);
    else res.end('as before');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const origin = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
  try {
    const sealed = await sealForPlatform({
      platform: core.publicKey().key,
      user: 'ada',
      provider: 'openai',
      key: 'sk-test',
      purpose: 'job',
    });
    const clientOf = (headers: Record<string, string>): ReturnType<typeof createTRPCClient<Router>> =>
      createTRPCClient<Router>({ links: [httpLink({ url: `${origin}/byok`, headers })] });
    const header = JSON.stringify({ openai: Buffer.from(sealed).toString('base64url') });
    const signedIn = clientOf({ cookie: 'sid=7', 'X-BYOK-Keys': header });
    assert.deepEqual((await signedIn.cacheByokKeys.mutate()).cached, ['openai']);
    await assert.rejects(clientOf({}).whoami.query(), { message: 'not_allowed' });
    const read = await cache.get('ada', 'openai');
    assert.ok(read.kind === 'hit' && Buffer.from(read.key).toString() === 'sk-test');
    assert.match(lines.join(''), /"event":"byok_key_cached","user":"ada","provider":"openai","ttl":60/);
    assert.match(await metrics.registry.metrics(), /byok_redis_cache_set_total\{provider="openai"\} 1/);
    assert.equal(await (await fetch(`${origin}/other`)).text(), 'as before');
  } finally {
    await closeServer(server);
  }
});
type Router = import('./router.ts').AppRouter;

test('its types say the same to a strict project', () => {
  const project = mkdtempSync(join(tmpdir(), 'byok-server-types-'));
  try {
    mkdirSync(join(project, 'node_modules'));
    symlinkSync(root, join(project, 'node_modules/byok-vault'));
    for (const peer of ['@trpc', '@types', '@redis'])
      symlinkSync(join(root, 'node_modules', peer), join(project, 'node_modules', peer));
    const use = `import { createTRPCClient, httpLink } from '@trpc/client';
       import { ByokCache, Redis, loadPlatform, makeRedisStore, type AppRouter, type CacheRead } from 'byok-vault/server';
       const core = await loadPlatform();
       const cache = new ByokCache({ core, store: makeRedisStore(new Redis({ url: 'redis://localhost' })) });
       const read: CacheRead = await cache.get('ada', 'openai');
       if (read.kind === 'hit') { const key: Uint8Array = read.key; key.fill(0); }
       // @ts-expect-error a miss holds no key
       console.log(read.key);
       const client = createTRPCClient<AppRouter>({ links: [httpLink({ url: '/byok' })] });
       const at: number = (await client.clearByokKeys.mutate()).at;
       // @ts-expect-error a report is of closed words
       await client.recordByokEvents.mutate([{ event: 'vault_locked', reason: String(at) }]);
       export {};`;
    assert.equal(typeCheck(project, { 'use.ts': use }), '');
  } finally {
    rmSync(project, { recursive: true, force: true });
  }
});
