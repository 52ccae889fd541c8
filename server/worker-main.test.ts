/** Two servers without workers and two workers of their own, as processes, over one pair of Redis. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { hexSecret } from './testing/platform.ts';
import { runProgram, type Program } from './testing/program.ts';
import { freePort } from './testing/ports.ts';
import { startRedis, type TestRedis } from './testing/redis.ts';
import { sealForPlatform } from './testing/seal.ts';

const fileOf = (name: string): string => fileURLToPath(new URL(name, import.meta.url));
const canary = 'sk-proj-Wv5nQx8zBt3kLd7hRc2mPf9sYj4gEa6u-valid';

let keys: TestRedis;
let queue: TestRedis;
const programs: Program[] = [];
const apps: string[] = [];
const admins: number[] = [];
before(async () => {
  keys = await startRedis(['--save', '', '--appendonly', 'no']);
  queue = await startRedis(['--save', '', '--appendonly', 'yes']);
  const env = {
    PLATFORM_TOKEN_SECRET: Buffer.from(hexSecret()).toString(),
    REDIS_URL: keys.url,
    QUEUE_REDIS_URL: queue.url,
  };
  for (let i = 0; i < 2; i += 1) {
    const port = await freePort();
    const server = runProgram(fileOf('./main.ts'), ['--port', String(port), '--sandbox'], env);
    const admin = await freePort();
    admins.push(admin);
    const worker = runProgram(
      fileOf('./worker-main.ts'),
      ['--admin-port', String(admin), '--sandbox'],
      // One that a stand-in would turn down: with --sandbox, the platform's own keys are stand-ins, too, and this one goes nowhere.
      { ...env, BYOK_SERVER_KEY_GEMINI: 'AIzaReal-invalid' },
    );
    programs.push(server, worker);
    apps.push(`http://localhost:${String(port)}`);
    await server.ready;
    assert.equal(await worker.ready, 'byok-vault worker ready\n');
  }
});
after(async () => {
  await Promise.all(programs.map((program) => program.stop()));
  await Promise.all([keys.close(), queue.close()]);
});

type Json = Record<string, unknown>;

/** Someone whose requests go to either server in turn. */
class Visitor {
  #turn = 0;
  #cookie = '';
  id = '';

  async start(): Promise<this> {
    const page = await fetch(`${apps[0] ?? ''}/`);
    this.#cookie = page.headers.getSetCookie()[0]?.split(';', 1)[0] ?? '';
    this.id = String((await this.ask('/byok/whoami'))['id']);
    return this;
  }

  async ask(path: string, body?: Json, headers: Record<string, string> = {}): Promise<Json> {
    const app = apps[this.#turn++ % apps.length] ?? '';
    const reply = await fetch(app + path, {
      headers: { cookie: this.#cookie, 'content-type': 'application/json', ...headers },
      ...(body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) }),
    });
    const json = (await reply.json()) as { result?: { data: Json } } & Json;
    return json.result?.data ?? json;
  }

  async cache(provider: string, key: string): Promise<void> {
    const { key: platform } = await this.ask('/byok/platformKey');
    const sealed = await sealForPlatform({
      platform: Buffer.from(String(platform), 'base64url'),
      user: this.id,
      provider,
      key,
      purpose: 'job',
      life: 300_000,
    });
    const header = JSON.stringify({ [provider]: Buffer.from(sealed).toString('base64url') });
    assert.deepEqual((await this.ask('/byok/cacheByokKeys', {}, { 'x-byok-keys': header }))['cached'], [
      provider,
    ]);
  }

  async run(provider: string): Promise<Json> {
    const { id } = await this.ask('/demo/jobs', { provider, text: 'Hello' });
    for (;;) {
      const job = await this.ask(`/demo/jobs/${String(id)}`);
      if (job['state'] !== 'waiting') return job;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}

test('a key cached through one server serves jobs submitted to either, by whichever worker is free', async () => {
  const someone = await new Visitor().start();
  await someone.cache('openai', canary);
  const jobs = await Promise.all(Array.from({ length: 12 }, () => someone.run('openai')));
  for (const { state, receipt } of jobs) {
    assert.equal(state, 'done');
    assert.equal((receipt as Json)['credential'], 'user');
  }
  for (let i = 0; i < 2; i += 1) {
    const { receipts } = await someone.ask('/byok/receipts');
    assert.equal((receipts as unknown[]).length, 12);
  }
});

test("E5: the platform's key, which is a stand-in's as the providers are", async () => {
  const someone = await new Visitor().start();
  await someone.cache('gemini', 'AIzaMine-invalid');
  const { receipt } = await someone.run('gemini');
  assert.deepEqual([(receipt as Json)['credential'], (receipt as Json)['reason']], ['server', 'invalid']);
  // Metered by whichever worker it was: counted, and with the user in the log alone.
  const said = programs.map((program) => program.output()).join('');
  assert.equal(said.split(`"byok_server_key_used","user":"${someone.id}","provider":"gemini"`).length, 2);
  const counted = await Promise.all(
    admins.map(async (port) => {
      const text = await (await fetch(`http://127.0.0.1:${String(port)}/metrics`)).text();
      return Number(/^byok_server_key_call_total\{provider="gemini"\} (\d+)$/m.exec(text)?.[1]);
    }),
  );
  assert.equal((counted[0] ?? 0) + (counted[1] ?? 0), 1);
});

test('E33: what was cleared through one server serves no job of the other', async () => {
  const someone = await new Visitor().start();
  await someone.cache('openai', canary);
  await someone.ask('/byok/clearByokKeys', {});
  const { receipt } = await someone.run('openai');
  assert.deepEqual([(receipt as Json)['credential'], (receipt as Json)['reason']], ['server', 'cache_miss']);
});

test('no process says a key', () => {
  for (const program of programs) assert.ok(!program.output().includes(canary.slice(8, 24)));
});

test('without the addresses of both Redis a worker says what is missing', async () => {
  const program = runProgram(fileOf('./worker-main.ts'), [], {
    PLATFORM_TOKEN_SECRET: Buffer.from(hexSecret()).toString(),
    REDIS_URL: keys.url,
  });
  assert.equal(await program.ended, 1);
  assert.match(program.output(), /QUEUE_REDIS_URL/);
});
