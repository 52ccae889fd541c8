/**
 * The commands of docs/runbook.md, run as they stand there, with folders of the test and free ports in place of those in the text:
 * the secret, both Redis, two APIs behind nginx, the checklist, each step of a change of the secret, and the way back.
 */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { useSecretsOf } from '../server/secrets.ts';
import { testCore } from '../server/testing/platform.ts';
import { makeLog } from '../server/log.ts';
import { makeMetrics } from '../server/telemetry/metrics.ts';
import { makeTelemetry } from '../server/telemetry/platform-telemetry.ts';
import { ask } from './nginx/ask.ts';
import { freePort, startNginx, type TestNginx } from './nginx/testing.ts';

const root = fileURLToPath(new URL('../', import.meta.url));
const runbook = readFileSync(join(root, 'docs/runbook.md'), 'utf8');

const folder = mkdtempSync(join(tmpdir(), 'byok-runbook-'));
const ports = new Map<string, number>();
let nginx: TestNginx | null = null;
let processes: number[] = [];

before(async () => {
  for (const port of ['6379', '6380', '8090', '8091', '9464', '9465']) ports.set(port, await freePort());
  for (const each of ['etc', 'srv', 'var/lib', 'var/log', 'nginx', 'run'])
    mkdirSync(join(folder, each), { recursive: true });
});
after(async () => {
  await nginx?.stop();
  for (const each of processes) {
    try {
      process.kill(-each, 'SIGTERM');
    } catch {
      // It ended with its test.
    }
  }
  for (const name of ['keys', 'queue']) shell(`kill "$(cat ${folder}/run/byok-${name}.pid)" || true`);
  rmSync(folder, { recursive: true });
});

/** Puts the places of the test into a command of the runbook. */
function placed(command: string): string {
  let text = command
    .replaceAll(/\/(etc|srv)\/byok/g, `${folder}/$1/byok`)
    .replaceAll(/\/var\/(lib|log)\//g, `${folder}/var/$1/`)
    .replaceAll('/etc/nginx/', `${folder}/nginx/`)
    .replaceAll('/run/byok-', `${folder}/run/byok-`)
    .replace('redis-server key-cache.conf', 'redis-server key-cache.conf --port 6379')
    .replace('redis-server queue.conf', 'redis-server queue.conf --port 6380');
  for (const [from, to] of ports) text = text.replaceAll(new RegExp(`\\b${from}\\b`, 'g'), String(to));
  return text;
}

function shell(script: string): string {
  return execFileSync('bash', ['-euo', 'pipefail', '-c', script], {
    cwd: root,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

/** The block of shell that holds a text; there is one. */
function blockWith(text: string): string {
  const blocks = [...runbook.matchAll(/^( *)```sh\n([\s\S]*?)^ *```$/gm)].map(([, indent = '', body = '']) =>
    body.replaceAll(new RegExp(`^${indent}`, 'gm'), ''),
  );
  const found = blocks.filter((block) => block.includes(text));
  assert.equal(found.length, 1, text);
  return placed(found[0] ?? '');
}

/** The command of a row of the checklist. */
function checkOf(what: string): string {
  const line = runbook.split('\n').find((each) => each.startsWith(`| ${what}`)) ?? '';
  const [, command = ''] = /^\| [^|]+ \| `((?:[^`])*)` \|/.exec(line) ?? [];
  assert.notEqual(command, '', what);
  return placed(command.replaceAll('\\|', '|'));
}

/** What a process that reads the file now would seal with first, and open with besides: the ids of its secrets' public keys. */
async function secretsNow(): Promise<string[]> {
  const ids: string[] = [];
  const env = { PLATFORM_TOKEN_SECRET_FILE: join(folder, 'etc/byok/platform-token-secret') };
  const given: Uint8Array[] = [];
  useSecretsOf(env, (secrets) => {
    given.push(...secrets.map((each) => Uint8Array.from(each)));
  });
  for (const secret of given) ids.push((await testCore([secret])).publicKey().id);
  return ids;
}

async function until(what: string, is: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; !(await is().catch(() => false)); tries += 1) {
    assert.ok(tries < 150, `${what}: ${shell(`cat ${folder}/var/log/byok-*.log || true`)}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

test('the secret is made, for its users alone', async () => {
  shell(blockWith('openssl rand -hex 32 >/etc/byok/platform-token-secret'));
  assert.equal((await secretsNow()).length, 1);
  assert.equal(statSync(join(folder, 'etc/byok/platform-token-secret')).mode & 0o777, 0o600);
  assert.match(shell(checkOf('The secret is readable')), /^600 /);
});

test('both Redis start with a password for each user', async () => {
  shell(blockWith('redis-server key-cache.conf'));
  for (const file of ['users.acl', 'queue-users.acl']) {
    const acl = readFileSync(join(folder, 'etc/byok/redis', file), 'utf8');
    assert.doesNotMatch(acl, /PASSWORD/);
    assert.match(acl, /#[0-9a-f]{64} /);
  }
  const isUp = (): Promise<boolean> => Promise.resolve().then(() => shell(checkOf('Both Redis')) === 'up\n');
  await until('both Redis', isUp);
  assert.equal(shell(checkOf('Redis for keys writes no disk')), 'save ""\nappendonly no\n');
  assert.equal(shell(checkOf('Nobody may read keys')).trim(), '2');
});

test('APIs start, are well, and answer behind nginx; what must not answer does not', async () => {
  const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
    scripts: Record<string, string>;
  };
  const block = blockWith('start api --port')
    .split('\n')
    .filter((line) => !line.startsWith('start worker') || 'worker' in scripts)
    .join('\n');
  processes = shell(`${block}\njobs -p`).trim().split('\n').map(Number);
  const adminPort = String(ports.get('9464'));
  const admin = (path: string): Promise<Response> => fetch(`http://127.0.0.1:${adminPort}${path}`);
  await until('the API', async () => (await admin('/healthz')).ok);
  const health = await (await admin('/healthz')).text();
  for (const good of ['"healthy":true', '"endless":0', '"tooLong":0'])
    assert.ok(health.includes(good), health);
  assert.match(await (await admin('/metrics')).text(), /^byok_requests_total/m);

  const api = ['8090', '8091'].map((each) => Number(ports.get(each)));
  nginx = await startNginx({ api, sites: join(root, 'dist') });
  for (const host of ['app.example.com', 'vault.example.com']) {
    await until(
      'both APIs',
      async () => (await fetch(`http://127.0.0.1:${String(api[1])}/byok/`)).status > 0,
    );
    const whoami = await ask(nginx, { host, path: '/byok/whoami', headers: { origin: `https://${host}` } });
    assert.equal(whoami.status, 200);
    const [, cookie = ''] = whoami.headers.find(([name]) => name === 'set-cookie') ?? [];
    for (const part of ['Secure', 'HttpOnly', 'SameSite=Lax', 'Domain=example.com'])
      assert.ok(cookie.includes(part), cookie);
    assert.equal((await ask(nginx, { host, path: '/metrics' })).status, 404);
    assert.equal((await ask(nginx, { host, path: '/healthz' })).status, 404);
    assert.equal((await ask(nginx, { host, path: '/?q=find-me' })).status, 200);
  }
  assert.ok(!nginx.accessLog().includes('find-me'));
  writeFileSync(join(folder, 'nginx/byok.log'), nginx.accessLog());
});

test('nginx gets the names of the platform, and none of the examples is left', () => {
  const block = blockWith("sed -i 's/app").replace(/^nginx -t.*$/m, '');
  shell(block.replaceAll(' /etc/nginx', ` ${folder}/nginx`));
  const left = shell(`grep -rhE '(app|vault)\\.example\\.com' ${folder}/nginx/byok || true`);
  assert.equal(left, '');
  assert.match(
    shell(`grep -rh 'default https' ${folder}/nginx/byok`),
    /app\.yours\.example.*\n.*vault\.yours\.example/,
  );
});

test('rules and configuration are checked', () => {
  assert.match(shell(blockWith('promtool check config')), /SUCCESS/);
});

test('who tried keys, and whose were sealed, is found in the log', async () => {
  const core = await testCore();
  let lines = '';
  const log = makeLog(
    (text) => core.redact(text),
    (line) => (lines += line),
  );
  const telemetry = makeTelemetry(log, makeMetrics(['openai']));
  for (const user of ['u1', 'u2', 'u2']) telemetry.tested(user, 'openai', 'invalid');
  telemetry.cached('u3', 'openai', 300);
  writeFileSync(join(folder, 'var/log/byok-api.log'), lines);
  const [, who = ''] = /`(grep -h '"byok_key_test_failed"'[^`]*)`/.exec(runbook) ?? [];
  assert.deepEqual(
    shell(placed(who))
      .trim()
      .split(/\s*\n\s*/),
    ['2 "user":"u2"', '1 "user":"u1"'],
  );
  assert.deepEqual(shell(blockWith('byok_key_(cached')).trim().split('\n'), [
    '"user":"u1","provider":"openai"',
    '"user":"u2","provider":"openai"',
    '"user":"u3","provider":"openai"',
  ]);
});

test('a secret is changed in three steps: both open, the new one seals, the old one is gone', async () => {
  const [old = ''] = await secretsNow();
  const steps = blockWith('cp platform-token-secret old').split(/^(?=# [123]\. )/m);
  assert.equal(steps.length, 4);
  const inFolder = `cd ${folder}/etc/byok && umask 077\n`;
  shell(`${steps[0] ?? ''}${steps[1] ?? ''}`);
  const [first, added = ''] = await secretsNow();
  assert.equal(first, old);
  assert.notEqual(added, old);
  shell(`${inFolder}${steps[2] ?? ''}`);
  assert.deepEqual(await secretsNow(), [added, old]);
  shell(`${inFolder}${steps[3] ?? ''}`);
  assert.deepEqual(await secretsNow(), [added]);
  assert.equal(shell(`cd ${folder}/etc/byok && ls -p | grep -v /`), 'platform-token-secret\nplatform.env\n');

  shell(blockWith('/etc/byok/next && mv'));
  const [stolen, ...more] = await secretsNow();
  assert.ok(stolen !== added && more.length === 0);
});

test('the queue is looked at, and the Redis for keys is stopped with all that was in it', async () => {
  assert.equal(shell(blockWith('llen byok-queue:jobs:wait')).trim(), '0');
  shell(blockWith('kill "$(cat /run/byok-keys.pid)"'));
  await until('the end of Redis', () =>
    Promise.resolve(!shell(`ls ${folder}/run`).includes('byok-keys.pid')),
  );
  assert.equal(shell(`find ${folder}/etc/byok/redis -name '*.rdb' -o -name '*.aof'`), '');
});
