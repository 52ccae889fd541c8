/**
 * The commands of docs/runbook.md, run as they stand there, with folders of the test and free ports in place of those in the text:
 * the secret, both Redis, two APIs behind nginx, the checklist, each step of a change of the secret, and the way back.
 */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { useSecretsOf } from '../server/secrets.ts';
import { testCore } from '../server/testing/platform.ts';
import { freePort } from '../server/testing/ports.ts';
import { makeLog } from '../server/log.ts';
import { makeMetrics } from '../server/telemetry/metrics.ts';
import { makeTelemetry } from '../server/telemetry/platform-telemetry.ts';
import { ask } from './nginx/ask.ts';
import { startNginx, type TestNginx } from './nginx/testing.ts';

const root = fileURLToPath(new URL('../', import.meta.url));
const runbook = readFileSync(join(root, 'docs/runbook.md'), 'utf8');

const folder = mkdtempSync(join(tmpdir(), 'byok-runbook-'));
const ports = new Map<string, number>();
let nginx: TestNginx | null = null;
let processes: number[] = [];

before(async () => {
  for (const port of ['6379', '6380', '8090', '8091', '9464', '9465', '9466', '9467'])
    ports.set(port, await freePort());
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

/** As root, `setpriv` can be tried, too. */
const { uid, gid } = userInfo();
const asMe = uid === 0 ? `setpriv --reuid=${String(uid)} --regid=${String(gid)} --init-groups` : 'env';

/** Puts the places of the test into a command of the runbook. */
function placed(command: string): string {
  let text = command
    .replaceAll(/\/(etc|srv)\/byok/g, `${folder}/$1/byok`)
    .replaceAll(/\/var\/(lib|log)\//g, `${folder}/var/$1/`)
    .replaceAll('/etc/nginx/', `${folder}/nginx/`)
    .replaceAll('/run/byok-', `${folder}/run/byok-`)
    .replace('redis-server key-cache.conf', 'redis-server key-cache.conf --port 6379')
    .replace('redis-server queue.conf', 'redis-server queue.conf --port 6380')
    // The user of the runbook is the one who runs the test: nobody is added to this machine.
    .replace(/^useradd .*\n/m, '')
    .replaceAll('-g byok', '-g "$(id -g)"')
    .replace(/setpriv --reuid=byok --regid=byok --init-groups/, asMe);
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

/** What the programs of a kind wrote. */
function said(kind: 'api' | 'worker'): string {
  return readFileSync(join(folder, `var/log/byok-${kind}.log`), 'utf8');
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
  assert.equal(statSync(join(folder, 'etc/byok/platform-token-secret')).mode & 0o777, 0o640);
  assert.match(shell(checkOf('The secret is readable')), /^640 /);
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

test('the sites are put in their place', () => {
  shell(blockWith('cp -r dist/site').replace(/^(?!install ).*\n/gm, ''));
  assert.ok(statSync(join(folder, 'srv/byok/site/index.html')).isFile());
});

test('workers and APIs start, are well, and answer behind nginx; what must not answer does not', async () => {
  processes = shell(`${blockWith('start api --port')}\njobs -p`)
    .trim()
    .split('\n')
    .map(Number);
  const admin = (port: string, path: string): Promise<Response> =>
    fetch(`http://127.0.0.1:${String(ports.get(port))}${path}`);
  for (const port of ['9464', '9465', '9466', '9467'])
    await until(port, async () => (await admin(port, '/healthz')).ok);
  assert.equal(said('worker').split('byok-vault worker ready\n').length, 3, said('worker'));
  assert.equal(said('api').split('byok-vault API ready').length, 3, said('api'));
  for (const what of ['The APIs are well', 'So are the workers']) {
    const health = shell(checkOf(what));
    for (const good of ['"healthy":true', '"queue":"answers"', '"endless":0', '"tooLong":0'])
      assert.ok(health.includes(good), health);
  }
  assert.ok(Number(shell(checkOf('Counters are there'))) > 200);

  const api = ['8090', '8091'].map((each) => Number(ports.get(each)));
  nginx = await startNginx({ api, sites: join(folder, 'srv/byok') });
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
  }
  // What the checklist says of a browser: the demo's job, which a worker runs.
  const job = await ask(nginx, {
    host: 'app.example.com',
    path: '/demo/jobs',
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ provider: 'openai', text: 'Hello' }),
  });
  assert.equal(job.status, 200, job.body);
});

test('the checklist asks nginx as it is written', () => {
  const { port, plainPort } = nginx ?? assert.fail();
  const to = [...['app', 'vault'].map((name) => [name, 443, port]), ['vault', 80, plainPort]]
    .map(
      ([name, from, there]) =>
        `--connect-to ${String(name)}.example.com:${String(from)}:127.0.0.1:${String(there)}`,
    )
    .join(' ');
  const check = (command: string): string => shell(`curl() { command curl -k ${to} "$@"; }\n${command}`);
  for (const what of ["The vault's origin", 'so have its errors'])
    assert.match(check(checkOf(what)), /^origin-agent-cluster: \?1\r\n$/i);
  assert.equal(check(checkOf('Plain HTTP takes nothing')), '403');
  assert.equal(check(checkOf('Metrics are not public')), '404');

  // nginx of the test writes elsewhere, so its log is put where the runbook looks, with a failure in it.
  const [ask = '', look = ''] = checkOf('The log holds no query').split('; ');
  check(ask);
  const lines = nginx?.accessLog() ?? '';
  assert.match(lines, /"route":"document","status":200/);
  mkdirSync(join(folder, 'var/log/nginx'));
  const failed = lines.replace(/"status":200/, '"status":502');
  writeFileSync(join(folder, 'var/log/nginx/byok.log'), failed);
  // grep -c ends with 1 where it counts none.
  assert.equal(shell(`${look} || true`), '0\n');
  const found = shell(blockWith('"status":50')).trim().split('\n');
  assert.match(found[0] ?? '', /"status":502/);
  assert.match(found.at(-1) ?? '', /^\s*\d+ "api":"[^"]*","api_status":"[^"]*"$/);
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
  assert.match(shell(checkOf('The secret is readable')), /^640 /, 'the processes can still read it');
});

test('the queue is looked at, and the Redis for keys is stopped with all that was in it', async () => {
  assert.equal(shell(blockWith('llen byok-queue:jobs:wait')).trim(), '0');
  shell(blockWith('kill "$(cat /run/byok-keys.pid)"'));
  await until('the end of Redis', () =>
    Promise.resolve(!shell(`ls ${folder}/run`).includes('byok-keys.pid')),
  );
  assert.equal(shell(`find ${folder}/etc/byok/redis -name '*.rdb' -o -name '*.aof'`), '');
});
