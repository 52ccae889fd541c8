/** What is driven through the platform while nothing is broken: the whole way of a key, each answer of a provider, and abuse. */
import assert from 'node:assert/strict';
import { ask, askRaw } from '../deploy/nginx/ask.ts';
import { bytesOf, carelessRequests, malformedRequests } from '../deploy/nginx/careless.ts';
import { readAnswers } from '../server/sandbox/answers.ts';
import { fixtures } from '../server/testing/platform.ts';
import type { Verdict } from '../web/core/types.ts';
import { hosts, servedByPlatform, type Stack } from './stack.ts';
import {
  assertRefused,
  assertServed,
  serverOnly,
  userFirst,
  userOnly,
  Visitor,
  type Answer,
} from './visitor.ts';

export interface Row {
  readonly name: string;
  /** @throws where a promise is broken. */
  readonly drive: (stack: Stack) => Promise<void>;
}

function refusedWith({ error }: Answer, code: string): void {
  assert.equal(error, code);
}

/** Eight keys travel at a time. */
function* eights<T>(all: readonly T[]): Generator<T[]> {
  for (let at = 0; at < all.length; at += 8) yield all.slice(at, at + 8);
}

async function everyProvider(stack: Stack): Promise<void> {
  const someone = await Visitor.arrive(stack);
  const ids = stack.core.providers().map(({ id }) => id);
  const keys = new Map(ids.map((id) => [id, stack.canaries.key(id, 'valid')]));
  for (const [id, key] of keys) assert.equal((await someone.test(id, key)).data?.['verdict'], 'valid', id);
  for (const some of eights([...keys])) {
    const { data } = await someone.cache(Object.fromEntries(some));
    assert.deepEqual(
      data?.['cached'],
      some.map(([id]) => id),
    );
  }
  await Promise.all(
    [...keys].flatMap(([id, key]) =>
      (['whole', 'stream'] as const).map(async (how) => {
        assertServed(await someone.run(id, userFirst, how), 'user', key, 'as_asked');
      }),
    ),
  );
  assertServed(await someone.run('openai', userOnly, 'speech'), 'user', keys.get('openai') ?? '');
  const { data } = await someone.call('receipts');
  assert.equal((data?.['receipts'] as unknown[]).length, 2 * ids.length + 1);
}

/** What a test of a key, and a job, come to where the provider answers like this. */
const strangeAnswers: readonly (readonly [ending: string, test: Verdict, job: Verdict])[] = [
  ['quoted', 'invalid', 'invalid'],
  ['redirect', 'unreachable', 'unreachable'],
  ['html', 'provider_down', 'provider_down'],
];

const documented: readonly Verdict[] = [
  'invalid',
  'blocked',
  'restricted',
  'no_credit',
  'wrong_region_or_ip',
  'provider_down',
  'unreachable',
];

async function everyAnswer(stack: Stack): Promise<void> {
  const [tests, jobs] = (['test', 'job'] as const).map((to) => readAnswers(stack.core, fixtures, to));
  const rows = servedByPlatform.flatMap((provider) => {
    const says = (of: typeof tests, verdict: Verdict): boolean =>
      verdict === 'unreachable' || of?.get(provider)?.has(verdict) === true;
    const plain = documented
      .filter((verdict) => says(jobs, verdict))
      .map((verdict) => [verdict, says(tests, verdict) ? verdict : 'unknown', verdict] as const);
    return [...plain, ...strangeAnswers].map(([ending, test, job]) => ({ provider, ending, test, job }));
  });
  await Promise.all(
    rows.map(async ({ provider, ending, test, job }) => {
      const someone = await Visitor.arrive(stack);
      const key = stack.canaries.key(provider, ending);
      const what = `${provider} ${ending}`;
      assert.equal((await someone.test(provider, key)).data?.['verdict'], test, what);
      await someone.cache({ [provider]: key });
      const refused = await someone.run(provider, userOnly);
      assertRefused(refused, 'user_key_failed', 2);
      assert.ok(
        refused.calls.every((call) => call.key === key),
        what,
      );
      // What was turned down is not in the cache any more (E5).
      await someone.cache({ [provider]: key });
      assertServed(
        await someone.run(provider, userFirst),
        'server',
        stack.serverKeys.get(provider) ?? '',
        job,
      );
    }),
  );
}

async function quotingAnswers(stack: Stack): Promise<void> {
  const someone = await Visitor.arrive(stack);
  for (const provider of servedByPlatform) {
    const key = stack.canaries.key(provider, 'echo');
    await someone.cache({ [provider]: key });
    const ended = await someone.run(provider, userOnly);
    assertServed(ended, 'user', key);
    assert.ok(ended.state.text?.includes('Say mark-'));
    assert.ok(!ended.state.text?.includes(key));
  }
}

async function limited(stack: Stack): Promise<void> {
  const someone = await Visitor.arrive(stack);
  const key = stack.canaries.key('openai', 'rate_limited');
  await someone.cache({ openai: key });
  const ended = await someone.run('openai', userFirst);
  assertServed(ended, 'server', stack.serverKeys.get('openai') ?? '', 'rate_limited');
}

async function sentElsewhere(stack: Stack): Promise<void> {
  const someone = await Visitor.arrive(stack);
  await someone.cache({ openai: stack.canaries.key('openai', 'redirect') });
  assertRefused(await someone.run('openai', userOnly), 'user_key_failed', 2);
}

async function boundless(stack: Stack): Promise<void> {
  const someone = await Visitor.arrive(stack);
  const key = stack.canaries.key('openai', 'huge');
  assert.notEqual((await someone.test('openai', key)).data?.['valid'], true);
  await someone.cache({ openai: key });
  // Not about the credential: returned as it is, and nobody else's key is tried with it.
  assertRefused(await someone.run('openai', userFirst), 'request_refused', 1);
}

async function brokenOff(stack: Stack): Promise<void> {
  const someone = await Visitor.arrive(stack);
  const key = stack.canaries.key('anthropic', 'cut');
  await someone.cache({ anthropic: key });
  // Never another key after the first streamed byte.
  assertRefused(await someone.run('anthropic', userFirst, 'stream'), 'provider_failed', 1);
}

async function noKey(stack: Stack): Promise<void> {
  const someone = await Visitor.arrive(stack);
  assertRefused(await someone.run('groq', userFirst), 'no_api_key');
  assertRefused(await someone.run('groq', userOnly), 'user_key_missing');
  assertServed(
    await someone.run('gemini', userFirst),
    'server',
    stack.serverKeys.get('gemini') ?? '',
    'cache_miss',
  );
}

async function switchedOff(stack: Stack): Promise<void> {
  const someone = await Visitor.arrive(stack);
  const key = stack.canaries.key('openai', 'valid');
  await someone.cache({ openai: key });
  assertServed(
    await someone.run('openai', serverOnly),
    'server',
    stack.serverKeys.get('openai') ?? '',
    'as_asked',
  );
  assertServed(await someone.run('openai', userOnly), 'user', key);
}

async function manyAtOnce(stack: Stack): Promise<void> {
  const people = await Promise.all(
    [1, 2, 3].map(async () => {
      const someone = await Visitor.arrive(stack);
      const key = stack.canaries.key('openai', 'valid');
      await someone.cache({ openai: key });
      return { someone, key };
    }),
  );
  await Promise.all(
    Array.from({ length: 10 }, () => people)
      .flat()
      .map(async ({ someone, key }) => {
        assertServed(await someone.run('openai', userOnly), 'user', key);
      }),
  );
}

async function cleared(stack: Stack): Promise<void> {
  const someone = await Visitor.arrive(stack);
  const key = stack.canaries.key('openai', 'valid');
  const sealed = await someone.seal({ provider: 'openai', key, purpose: 'job', life: 300_000 });
  await someone.cacheSealed({ openai: sealed });
  await someone.call('clearByokKeys', {});
  assertRefused(await someone.run('openai', userOnly), 'user_key_missing');
  refusedWith(await someone.cacheSealed({ openai: sealed }), 'key_cleared');
}

async function replayed(stack: Stack): Promise<void> {
  const [victim, thief] = [await Visitor.arrive(stack), await Visitor.arrive(stack)];
  const key = stack.canaries.key('openai', 'valid');
  const forJob = await victim.seal({ provider: 'openai', key, purpose: 'job', life: 300_000 });
  const forTest = await victim.seal({ provider: 'openai', key, purpose: 'test' });
  const old = {
    provider: 'openai',
    key,
    purpose: 'job',
    issued: Date.now() - 400_000,
    life: 300_000,
  } as const;
  refusedWith(await thief.cacheSealed({ openai: forJob }), 'sealed_key_refused');
  refusedWith(await victim.cacheSealed({ gemini: forJob }), 'sealed_key_refused');
  refusedWith(await victim.cacheSealed({ openai: forTest }), 'sealed_key_refused');
  refusedWith(await victim.cacheSealed({ openai: await victim.seal(old) }), 'expired');
  const test = { 'x-byok-key': forTest };
  refusedWith(await thief.call('testByokKey', { provider: 'openai' }, test), 'sealed_key_refused');
  refusedWith(await victim.call('testByokKey', { provider: 'gemini' }, test), 'sealed_key_refused');
  await victim.cacheSealed({ openai: forJob });
  assertRefused(await thief.run('openai', userOnly), 'user_key_missing');
  // An entry of the cache, put where another's would be.
  const { redis } = stack.keys;
  const operator = { user: 'test', password: 'test' };
  const [mine = '', theirs = ''] = [victim, thief].map(({ id }) => stack.core.userTags(id)[0]?.slice(0, 32));
  await redis.ask(['COPY', `byok:{${mine}}:openai`, `byok:{${theirs}}:openai`], operator);
  await redis.ask(['COPY', `byok:{${mine}}:openai`, `byok:{${mine}}:gemini`], operator);
  assertRefused(await thief.run('openai', userOnly), 'user_key_missing');
  assertRefused(await victim.run('gemini', userOnly), 'user_key_missing');
  assert.equal(stack.providers.calls.filter((call) => call.key === key).length, 0, 'nothing was sent');
}

async function malformedKeys(stack: Stack): Promise<void> {
  const someone = await Visitor.arrive(stack);
  const key = stack.canaries.key('openai', 'valid');
  for (const bad of [`${key}\r\nx-evil: 1`, `${key}\0`, ` ${key}`, `${key}é`, key.repeat(100)]) {
    const test = await someone.test('openai', bad);
    assert.ok(test.status >= 400 && test.data === null, 'refused');
    const cache = await someone.cache({ openai: bad });
    assert.ok(cache.status >= 400 && cache.data === null, 'refused');
  }
  assert.equal(stack.providers.calls.filter((call) => call.key.includes(key)).length, 0);
}

async function careless(stack: Stack): Promise<void> {
  const someone = await Visitor.arrive(stack);
  const key = stack.canaries.careless('openai');
  for (const request of carelessRequests(key)) await someone.send(request).catch(() => null);
  for (const [first, ...headers] of malformedRequests(key)) {
    const reply = await askRaw(stack.nginx, hosts.app, bytesOf(hosts.app, first, headers)).catch(() => null);
    if (reply !== null) stack.replies.push(JSON.stringify(reply.headers) + reply.body);
  }
  const json = { 'content-type': 'application/json' };
  const bodies = [
    key,
    `{"provider":"openai","key":${key}}`,
    JSON.stringify({ provider: 'openai', [key]: 1 }),
    JSON.stringify({ provider: key }),
    JSON.stringify({ provider: 'openai', key }),
    JSON.stringify([{ event: key }]),
    JSON.stringify([{ event: 'vault_locked', reason: key }]),
    JSON.stringify([{ event: 'unlock_failed', [key]: key }]),
    JSON.stringify([{ event: 'key_stored', provider: key }]),
  ];
  for (const body of bodies) {
    for (const procedure of ['testByokKey', 'cacheByokKeys', 'clearByokKeys', 'recordByokEvents']) {
      for (const headers of [json, { ...json, 'x-byok-key': key, 'x-byok-keys': `{"openai":"${key}"}` }]) {
        await someone.send({ path: `/byok/${procedure}`, method: 'POST', body, headers });
      }
    }
  }
  for (const type of ['multipart/form-data; boundary=x', 'application/octet-stream', 'text/plain', key])
    await someone.send({
      path: '/byok/clearByokKeys',
      method: 'POST',
      body: key,
      headers: { 'content-type': type },
    });
  await ask(stack.nginx, { host: hosts.app, path: `/byok/whoami?batch=1&input=${key}` });
}

async function reported(stack: Stack): Promise<void> {
  const someone = await Visitor.arrive(stack);
  const events = [
    { event: 'vault_locked', reason: 'asked' },
    { event: 'key_stored', provider: 'openai' },
    ...Array.from({ length: 11 }, () => ({ event: 'unlock_failed' })),
  ];
  const { data } = await someone.call('recordByokEvents', events);
  assert.equal(data?.['recorded'], events.length);
}

export const rows: readonly Row[] = [
  { name: 'every provider: tested, cached, chat whole and streamed, speech', drive: everyProvider },
  { name: 'E5, E14, E30, E31: every answer that a provider has for a key', drive: everyAnswer },
  { name: 'E34: an answer that quotes the key it was asked with', drive: quotingAnswers },
  { name: 'E31: a rate that is limited, waited for once', drive: limited },
  { name: 'E30: a redirect, which fetch refuses with words of its own', drive: sentElsewhere },
  { name: 'E30: ten megabytes', drive: boundless },
  { name: 'E30: a stream that breaks off', drive: brokenOff },
  { name: 'E6, E13: no key in the cache, and none of the platform', drive: noKey },
  { name: 'E7: the feature switched off, and on again', drive: switchedOff },
  { name: 'E11: many jobs of several people at once', drive: manyAtOnce },
  { name: 'E33: cleared, and sealed before that', drive: cleared },
  { name: 'E32: sealed keys and entries of the cache, replayed', drive: replayed },
  { name: 'E29: what can be no key', drive: malformedKeys },
  { name: 'a key where no key belongs', drive: careless },
  { name: 'what vaults report', drive: reported },
];
