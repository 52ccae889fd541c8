import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { VaultError } from '../../web/core/errors.ts';
import { noTelemetry, type Telemetry } from '../telemetry/telemetry.ts';
import { hexSecret, testCore } from '../testing/platform.ts';
import { sealForPlatform } from '../testing/seal.ts';
import { ByokCache } from './cache.ts';
import { makeMemoryStore } from './memory-store.ts';
import type { KeyStore } from './store.ts';

const second = 1000;

interface Bench {
  readonly cache: ByokCache;
  readonly store: KeyStore;
  readonly told: string[];
  readonly core: Awaited<ReturnType<typeof testCore>>;
  now: number;
  /** Seals for user `ada` at the bench's time. */
  seal(provider: string, key: string, life?: number): Promise<Map<string, Uint8Array>>;
}

async function bench(secrets = [hexSecret()], given?: KeyStore): Promise<Bench> {
  const store = given ?? makeMemoryStore({ elapsed: () => made.now });
  const core = await testCore(secrets.map((each) => Uint8Array.from(each)));
  const told: string[] = [];
  const telemetry: Telemetry = {
    ...noTelemetry,
    cached: (...facts) => told.push(['cached', ...facts].join(' ')),
    retrieved: (...facts) => told.push(['retrieved', ...facts].join(' ')),
    missed: (...facts) => told.push(['missed', ...facts].join(' ')),
  };
  const made: Bench = {
    cache: new ByokCache({ core, store, telemetry, now: () => made.now }),
    store,
    told,
    core,
    now: 1_800_000_000_000,
    async seal(provider, key, life = 300 * second) {
      const platform = core.publicKey().key;
      const request = {
        platform,
        user: 'ada',
        provider,
        key,
        purpose: 'job',
        issued: made.now,
        life,
      } as const;
      return new Map([[provider, await sealForPlatform(request)]]);
    },
  };
  return made;
}

async function codeOf(call: Promise<unknown>): Promise<string> {
  return await call.then(
    () => 'not refused',
    (error: unknown) => (error instanceof VaultError ? error.code : 'not ours'),
  );
}

async function keyOf(cache: ByokCache, provider: string, user = 'ada'): Promise<string> {
  const read = await cache.get(user, provider);
  return read.kind === 'hit' ? Buffer.from(read.key).toString() : read.kind;
}

test('what was put in is read until its end, by its user and for its provider, and told', async () => {
  const one = await bench();
  const put = await one.cache.put('ada', await one.seal('openai', 'sk-first', 200 * second));
  assert.deepEqual(put, { cached: ['openai'], ttl: 200 });
  assert.equal(await keyOf(one.cache, 'openai'), 'sk-first');
  assert.equal(await keyOf(one.cache, 'anthropic'), 'miss');
  assert.equal(await keyOf(one.cache, 'openai', 'bob'), 'miss');
  one.now += 199 * second;
  assert.equal(await keyOf(one.cache, 'openai'), 'sk-first');
  one.now += second;
  assert.equal(await keyOf(one.cache, 'openai'), 'miss');
  assert.deepEqual(one.told, [
    'cached ada openai 200',
    'retrieved ada openai 200',
    'missed ada anthropic absent',
    'missed bob openai absent',
    'retrieved ada openai 1',
    'missed ada openai absent',
  ]);
});

test('several keys: all are cached or none, and none where a limit says no', async () => {
  const one = await bench();
  const good = new Map([...(await one.seal('openai', 'a')), ...(await one.seal('gemini', 'b'))]);
  const mixed = new Map([...good, ['mistral', randomBytes(400)]]);
  assert.equal(await codeOf(one.cache.put('ada', mixed)), 'sealed_key_refused');
  const asked: (readonly string[])[] = [];
  const admit = (tags: readonly string[]): Promise<boolean> => Promise.resolve(asked.push(tags) > 1);
  assert.equal(await codeOf(one.cache.put('ada', good, admit)), 'rate_limited');
  assert.deepEqual(await one.cache.peek('ada'), []);
  assert.deepEqual(await one.cache.put('ada', good, admit), { cached: ['openai', 'gemini'], ttl: 300 });
  assert.deepEqual(new Set(await one.cache.peek('ada')), new Set(['openai', 'gemini']));
  assert.deepEqual(
    asked[1],
    ['a', 'b'].map((key) => one.core.tag('key', Buffer.from(key))),
  );
});

test('E5: a key that was turned down is dropped only while it is still the same one', async () => {
  const one = await bench();
  await one.cache.put('ada', await one.seal('openai', 'sk-old'));
  const old = await one.cache.get('ada', 'openai');
  assert.ok(old.kind === 'hit');
  await one.cache.put('ada', await one.seal('openai', 'sk-new'));
  await one.cache.drop('ada', 'openai', old.sealId);
  const young = await one.cache.get('ada', 'openai');
  assert.ok(young.kind === 'hit' && Buffer.from(young.key).toString() === 'sk-new');
  await one.cache.drop('ada', 'openai', young.sealId);
  assert.equal(await keyOf(one.cache, 'openai'), 'miss');
});

test('E11: many read at once, and one read takes nothing from another', async () => {
  const one = await bench();
  await one.cache.put('ada', await one.seal('openai', 'sk-shared'));
  const reads = await Promise.all(Array.from({ length: 50 }, () => keyOf(one.cache, 'openai')));
  assert.deepEqual(new Set(reads), new Set(['sk-shared']));
});

test('E15: a store that is away: reading says so, writing is refused as cache_unavailable', async () => {
  const away = (): Promise<never> => Promise.reject(new VaultError('cache_unavailable'));
  const one = await bench([hexSecret()], {
    write: away,
    read: away,
    present: away,
    replace: away,
    removeIf: away,
  });
  assert.equal(await keyOf(one.cache, 'openai'), 'unavailable');
  assert.deepEqual(one.told, ['missed ada openai unavailable']);
  const calls = [
    one.cache.put('ada', await one.seal('openai', 'sk')),
    one.cache.peek('ada'),
    one.cache.drop('ada', 'openai', '00'),
    one.cache.clear('ada'),
  ];
  for (const call of calls) assert.equal(await codeOf(call), 'cache_unavailable');
});

test('E32: a blob moved to another user or provider, changed, or of a retired secret opens nothing', async () => {
  const secret = hexSecret();
  const one = await bench([secret]);
  await one.cache.put('ada', await one.seal('openai', 'sk'));
  const nameOf = (user: string, provider: string): string =>
    `byok:{${(one.core.userTags(user)[0] ?? '').slice(0, 32)}}:${provider}`;
  const [blob] = await one.store.read([nameOf('ada', 'openai')]);
  assert.ok(blob);
  const put = async (name: string, value: Uint8Array): Promise<void> => {
    await one.store.write([{ name, value, seconds: 300 }], []);
  };
  await put(nameOf('bob', 'openai'), blob);
  await put(nameOf('ada', 'gemini'), blob);
  assert.equal(await keyOf(one.cache, 'openai', 'bob'), 'miss');
  assert.equal(await keyOf(one.cache, 'gemini'), 'miss');
  const changed = Uint8Array.from(blob);
  changed[20] = (changed[20] ?? 0) ^ 1;
  await put(nameOf('ada', 'openai'), changed);
  assert.equal(await keyOf(one.cache, 'openai'), 'miss');
  await put(nameOf('ada', 'openai'), blob);
  one.core.useSecrets([hexSecret()]);
  await put(nameOf('ada', 'openai'), blob);
  assert.equal(await keyOf(one.cache, 'openai'), 'miss');
  assert.deepEqual(
    one.told.slice(1).map((line) => line.split(' ').at(-1)),
    ['refused', 'refused', 'refused', 'refused'],
  );
});

test('E32: a blob put back after its end opens nothing, and is told as expired', async () => {
  const one = await bench();
  await one.cache.put('ada', await one.seal('openai', 'sk'));
  const name = `byok:{${(one.core.userTags('ada')[0] ?? '').slice(0, 32)}}:openai`;
  const [value] = await one.store.read([name]);
  assert.ok(value);
  one.now += 300 * second;
  await one.store.write([{ name, value, seconds: 300 }], []);
  assert.equal(await keyOf(one.cache, 'openai'), 'miss');
  assert.equal(one.told.at(-1), 'missed ada openai expired');
});

test('E33: a clearing removes what is there, refuses what was sealed before, and lets in what is sealed after', async () => {
  const one = await bench();
  const early = await one.seal('openai', 'sk-early');
  await one.cache.put('ada', early);
  one.now += second;
  assert.equal(await one.cache.clear('ada'), one.now);
  assert.equal(await keyOf(one.cache, 'openai'), 'miss');
  assert.equal(await codeOf(one.cache.put('ada', early)), 'key_cleared');
  assert.deepEqual(await one.cache.peek('ada'), []);
  one.now += second;
  await one.cache.put('ada', await one.seal('openai', 'sk-late'));
  assert.equal(await keyOf(one.cache, 'openai'), 'sk-late');
});

test('E33: a key that was written back behind a clearing is refused by who reads it', async () => {
  const one = await bench();
  await one.cache.put('ada', await one.seal('openai', 'sk'));
  const name = `byok:{${(one.core.userTags('ada')[0] ?? '').slice(0, 32)}}:openai`;
  const [value] = await one.store.read([name]);
  assert.ok(value);
  await one.cache.clear('ada');
  await one.store.write([{ name, value, seconds: 300 }], []);
  assert.equal(await keyOf(one.cache, 'openai'), 'miss');
  assert.equal(one.told.at(-1), 'missed ada openai cleared');
});

test('E33: the mark never goes back, and one that can not be read refuses everything sealed so far', async () => {
  const one = await bench();
  one.now += 30 * second;
  const first = await one.cache.clear('ada');
  one.now -= 30 * second;
  assert.equal(await one.cache.clear('ada'), first);
  const name = `byok:{${(one.core.userTags('ada')[0] ?? '').slice(0, 32)}}:cleared`;
  await one.store.write([{ name, value: Buffer.from('soon'), seconds: 300 }], []);
  assert.equal(await codeOf(one.cache.put('ada', await one.seal('openai', 'sk'))), 'key_cleared');
});

test('the secrets are rolled over: every stage of the change reads and clears what every other wrote', async () => {
  const [old, young] = [hexSecret(), hexSecret()];
  const shared = makeMemoryStore();
  let time = Date.now();
  // First the new secret is listed behind the old one everywhere, then in front; the old one goes last of all.
  const stages = [[old], [old, young], [young, old], [young]];
  for (const step of [stages.slice(0, 2), stages.slice(1, 3), stages.slice(2, 4)]) {
    const apis = await Promise.all(step.map((secrets) => bench(secrets, shared)));
    const workers = await Promise.all(step.map((secrets) => bench(secrets, shared)));
    const everyRead = async (expected: string): Promise<void> => {
      for (const worker of workers) assert.equal(await keyOf(worker.cache, 'openai'), expected);
    };
    const put = async (api: Bench, key: string): Promise<void> => {
      time += second;
      for (const each of [...apis, ...workers]) each.now = time;
      await api.cache.put('ada', await api.seal('openai', key));
    };
    for (const [at, api] of apis.entries()) {
      await put(api, `sk-${String(at)}`);
      await everyRead(`sk-${String(at)}`);
    }
    for (const writing of apis) {
      for (const clearing of apis) {
        await put(writing, 'sk');
        await clearing.cache.clear('ada');
        await everyRead('miss');
      }
    }
  }
});

test('E33: a process that lists a new secret first clears for one that has only the old one', async () => {
  const [old, young] = [hexSecret(), hexSecret()];
  const shared = makeMemoryStore();
  const [early, late] = [await bench([old], shared), await bench([young, old], shared)];
  const sealed = await early.seal('openai', 'sk');
  early.now += second;
  late.now = early.now;
  await late.cache.clear('ada');
  assert.equal(await codeOf(early.cache.put('ada', sealed)), 'key_cleared');
  assert.equal(await keyOf(early.cache, 'openai'), 'miss');
});

/** The slot of a name in Redis Cluster: CRC16 (XMODEM) of what stands between its braces. */
function slotOf(name: string): number {
  const hashed = /\{([^}]+)\}/.exec(name)?.[1] ?? name;
  let crc = 0;
  for (const byte of Buffer.from(hashed)) {
    crc ^= byte << 8;
    for (let bit = 0; bit < 8; bit += 1) crc = ((crc << 1) ^ (crc & 0x8000 ? 0x1021 : 0)) & 0xffff;
  }
  return crc % 16_384;
}

test("all of a user's names lie in one slot of a cluster, and other users' in others", async () => {
  assert.equal(slotOf('123456789'), 0x31c3 % 16_384, 'the check value of CRC16/XMODEM');
  const names = new Map<string, Set<string>>();
  const inner = makeMemoryStore();
  const noted: KeyStore = {
    ...inner,
    write: (entries, read) => {
      for (const name of [...entries.map((each) => each.name), ...read]) names.get(user)?.add(name);
      return inner.write(entries, read);
    },
    replace: (entries, removed) => {
      for (const name of [...entries.map((each) => each.name), ...removed]) names.get(user)?.add(name);
      return inner.replace(entries, removed);
    },
  };
  const one = await bench([hexSecret()], noted);
  let user = 'ada';
  for (user of ['ada', 'bob', 'cyd']) {
    names.set(user, new Set());
    await one.cache.clear(user);
  }
  user = 'ada';
  one.now += second;
  await one.cache.put('ada', await one.seal('openai', 'sk'));
  const slots = [...names.values()].map((each) => new Set([...each].map(slotOf)));
  for (const each of slots) assert.equal(each.size, 1);
  assert.equal(new Set(slots.flatMap((each) => [...each])).size, 3);
  for (const name of names.get('ada') ?? []) assert.match(name, /^byok:\{[0-9a-f]{32}\}:[a-z]+$/);
});
