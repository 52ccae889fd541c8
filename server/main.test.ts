import assert from 'node:assert/strict';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { freePort } from './testing/ports.ts';
import { runProgram, type Program } from './testing/program.ts';
import { startRedis } from './testing/redis.ts';
import { sealForPlatform } from './testing/seal.ts';

const root = fileURLToPath(new URL('../', import.meta.url));
const secret = '4c7dab1e90f35528c6be71d04a3f8e9275d01cc3b86fe4a72913d85b60ef7a11';
const canary = 'sk-proj-Hn4xQe7tVw2zLb9cRk6mDs3pYf8gJa5u';

/** A checkout with small sites, so that this tests the program and not what the web side builds. */
let checkout: string;
before(() => {
  checkout = mkdtempSync(join(tmpdir(), 'byok-main-'));
  for (const part of [
    'server',
    'web/core',
    'web/vault',
    'build/wasm/platform.wasm',
    'tests/fixtures',
    'package.json',
  ]) {
    cpSync(join(root, part), join(checkout, part), { recursive: true });
  }
  symlinkSync(join(root, 'node_modules'), join(checkout, 'node_modules'));
  for (const site of ['site', 'demo']) {
    mkdirSync(join(checkout, 'dist', site), { recursive: true });
    writeFileSync(join(checkout, 'dist', site, 'index.html'), `<!doctype html><title>${site}</title>`);
  }
});
after(() => {
  rmSync(checkout, { recursive: true });
});

const run = (args: string[], env: Record<string, string>): Program =>
  runProgram(join(checkout, 'server/main.ts'), args, env);

describe('E16: the program does not start without a good secret, says why, and never shows the value', () => {
  const cases: [string, Record<string, string>, RegExp][] = [
    ['missing', {}, /is not set/],
    ['short', { PLATFORM_TOKEN_SECRET: secret.slice(0, 40) }, /64 characters/],
    ['not hex', { PLATFORM_TOKEN_SECRET: `${secret.slice(0, 60)}zzzz` }, /0-9 and a-f/],
    ['all one byte', { PLATFORM_TOKEN_SECRET: 'ab'.repeat(32) }, /repeats one byte/],
  ];
  for (const [what, env, words] of cases) {
    test(what, async () => {
      const program = run(['--port', '1'], env);
      assert.equal(await program.ended, 1);
      assert.match(program.output(), words);
      assert.match(program.output(), /openssl rand -hex 32/);
      assert.ok(!program.output().includes(secret.slice(0, 8)) && !program.output().includes('abab'));
    });
  }
});

test('options that are wrong are named, and nothing starts', async () => {
  for (const args of [['--port', '65535'], ['--port', 'x'], ['--nonsense']]) {
    const program = run(args, { PLATFORM_TOKEN_SECRET: secret });
    assert.equal(await program.ended, 1);
    assert.match(program.output(), /--port/);
  }
});

test('prints one line when both origins answer; a key and the secret are in no output and no reply; ends on SIGTERM', async () => {
  const port = await freePort(2);
  const program = run(['--port', String(port), '--sandbox'], { PLATFORM_TOKEN_SECRET: secret });
  try {
    assert.equal(await program.ready, `byok-vault ready: http://localhost:${String(port)}/\n`);
    const replies: string[] = [];
    const ask = async (path: string, init: RequestInit = {}): Promise<string> => {
      const reply = await fetch(`http://localhost:${String(port + 1)}${path}`, init);
      const text = `${JSON.stringify([...reply.headers])}${await reply.text()}`;
      replies.push(text);
      return text;
    };
    const config = await ask('/config.json');
    assert.match(config, /"sandbox":true/);
    const page = await fetch(`http://localhost:${String(port)}/`);
    const cookie = page.headers.getSetCookie()[0]?.split(';', 1)[0] ?? '';
    const id = /"id":"(demo-[0-9a-f]+)"/.exec(await ask('/byok/whoami', { headers: { cookie } }))?.[1] ?? '';
    const key = /"key":"([\w-]+)"/.exec(await ask('/byok/platformKey'))?.[1] ?? '';
    const platform = Buffer.from(key, 'base64url');
    for (const ending of ['valid', 'invalid', 'restricted', 'no_credit', 'provider_down', 'unreachable']) {
      const sealed = await sealForPlatform({
        platform,
        user: id,
        provider: 'openai',
        key: `${canary}-${ending}`,
      });
      const text = await ask('/byok/testByokKey', {
        method: 'POST',
        headers: {
          cookie,
          'content-type': 'application/json',
          'x-byok-key': Buffer.from(sealed).toString('base64url'),
        },
        body: '{"provider":"openai"}',
      });
      assert.match(text, new RegExp(`"verdict":"${ending}"`));
    }
    // In clear, by a client that does it all wrong: still no echo.
    for (const headers of [{ 'x-byok-key': canary }, { 'x-byok-key': 'AAAA', 'x-other': canary }]) {
      const body = JSON.stringify({ provider: canary });
      await ask('/byok/testByokKey', {
        method: 'POST',
        headers: { ...headers, cookie, 'content-type': 'application/json' },
        body,
      });
      await ask(`/byok/${canary}?key=${canary}`, { headers });
      await ask(`/${canary}`, { headers });
    }
    assert.equal(await program.stop(), 0);
    assert.match(program.output(), /"event":"refused"/);
    assert.match(program.output(), /REDIS_URL is not set: users' keys are cached, sealed, in this process/);
    const everything = `${program.output()}${replies.join('')}`;
    for (const planted of [canary, secret]) {
      const random = planted.replace('sk-proj-', '');
      for (let at = 0; at + 8 <= random.length; at += 1) {
        for (const form of [
          random.slice(at, at + 8),
          Buffer.from(random.slice(at, at + 9)).toString('base64'),
          Buffer.from(random.slice(at, at + 8)).toString('hex'),
        ]) {
          assert.ok(!everything.includes(form), `found ${form}`);
        }
      }
    }
  } finally {
    await program.stop();
  }
});

test('with REDIS_URL what is cached lies there, sealed, and has an end', async () => {
  const redis = await startRedis(['--save', '', '--appendonly', 'no']);
  const port = await freePort(2);
  const env = { PLATFORM_TOKEN_SECRET: secret, REDIS_URL: redis.url };
  const program = run(['--port', String(port), '--sandbox'], env);
  try {
    await program.ready;
    const origin = `http://localhost:${String(port)}`;
    const page = await fetch(`${origin}/`);
    const cookie = page.headers.getSetCookie()[0]?.split(';', 1)[0] ?? '';
    const ask = async (path: string, method = 'GET', headers: Record<string, string> = {}): Promise<string> =>
      await (await fetch(`${origin}/byok/${path}`, { method, headers: { cookie, ...headers } })).text();
    const user = /"id":"(demo-[0-9a-f]+)"/.exec(await ask('whoami'))?.[1] ?? '';
    const platform = Buffer.from(/"key":"([\w-]+)"/.exec(await ask('platformKey'))?.[1] ?? '', 'base64url');
    const sealed = await sealForPlatform({ platform, user, provider: 'openai', key: canary, purpose: 'job' });
    const keys = JSON.stringify({ openai: Buffer.from(sealed).toString('base64url') });
    const headers = { 'content-type': 'application/json', 'x-byok-keys': keys };
    const answer = await ask('cacheByokKeys', 'POST', headers);
    assert.match(answer, /"cached":\["openai"\]/);
    const [name = ''] = (await redis.ask(['KEYS', 'byok:*'])) as string[];
    assert.match(name, /^byok:\{[0-9a-f]{32}\}:openai$/);
    assert.ok(Number(await redis.ask(['TTL', name])) > 0);
    assert.ok(!String(await redis.ask(['GET', name])).includes(canary.slice(-12)));
    assert.equal(await program.stop(), 0);
    assert.ok(!program.output().includes('REDIS_URL is not set'));
    assert.match(program.output(), /"event":"byok_key_cached"/);
  } finally {
    await program.stop();
    await redis.close();
  }
});

test('a port that is taken is said to be', async () => {
  const port = await freePort(2);
  const taken = createServer();
  await new Promise<void>((resolve) => taken.listen(port + 1, '127.0.0.1', resolve));
  const program = run(['--port', String(port)], { PLATFORM_TOKEN_SECRET: secret });
  assert.equal(await program.ended, 1);
  assert.match(program.output(), /in use already/);
  await new Promise((resolve) => taken.close(resolve));
});
