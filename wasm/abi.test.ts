/** Holds the hand-written types of web/core to the built module, and the module to its promises. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test, type TestContext } from 'node:test';
import { FullCall as Call } from '../web/core/full-call.ts';
import { Core } from '../web/core/core.ts';
import { statusCodes, VaultError } from '../web/core/errors.ts';
import { DeriverCore } from '../web/core/deriver.ts';
import type {
  CommonExports,
  DeriverExports,
  DeriverFunctions,
  PlatformExports,
  PlatformFunctions,
  VaultExports,
  VaultFunctions,
} from '../web/core/exports.ts';
import { instantiate } from '../web/core/module.ts';
import { CoreAutoLock } from '../web/core/auto-lock.ts';
import { PlatformCore } from '../web/core/platform.ts';
import { CoreSession } from '../web/core/session.ts';
import { readTables } from '../web/core/tables.ts';
import {
  lockReasons,
  recordStates,
  storeDecisions,
  verdicts,
  type LockReason,
  type Verdict,
} from '../web/core/types.ts';

const wasmOf = (name: string, build = 'wasm'): Uint8Array<ArrayBuffer> =>
  new Uint8Array(readFileSync(new URL(`../build/${build}/${name}.wasm`, import.meta.url)));
const bytes = (text: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(text);
const refused = (code: string) => (error: unknown) => error instanceof VaultError && error.code === code;

/** How many arguments each export takes; the compiler holds it to web/core/exports.ts. */
type Arity<T> = { readonly [K in keyof T]: T[K] extends (...args: infer A) => unknown ? A['length'] : never };

const inAll = { byok_init: 0, byok_alloc: 1, byok_free: 1 } as const;
const deriver: Arity<DeriverFunctions> = {
  ...inAll,
  byok_check_password: 5,
  byok_default_kdf: 1,
  byok_derive_for_timing: 0,
  byok_calibrated_kdf: 2,
  byok_prepare: 2,
  byok_derive_kek: 5,
};
const vault: Arity<VaultFunctions> = {
  ...inAll,
  byok_providers: 1,
  byok_store_decision: 2,
  byok_attempts: 4,
  byok_inspect_key: 3,
  byok_read_header: 3,
  byok_read_manifest: 3,
  byok_session_create: 10,
  byok_snapshot_new: 5,
  byok_snapshot_add: 3,
  byok_snapshot_free: 1,
  byok_session_unlock: 6,
  byok_session_free: 1,
  byok_session_view: 2,
  byok_session_draft: 11,
  byok_session_retarget: 6,
  byok_session_discard: 3,
  byok_session_accept: 6,
  byok_session_remove: 4,
  byok_session_set_label: 6,
  byok_session_set_verdict: 6,
  byok_session_confirm_user: 6,
  byok_session_grant_app: 5,
  byok_session_revoke_app: 4,
  byok_session_seal_for_app: 13,
  byok_session_repair: 2,
  byok_session_change_password: 10,
  byok_session_seal: 10,
  byok_session_seal_draft: 9,
  byok_session_commit: 1,
  byok_session_rollback: 1,
  byok_session_reload: 2,
  byok_auto_lock_new: 5,
  byok_auto_lock_free: 1,
  byok_auto_lock_tell: 5,
  byok_auto_lock_choose: 6,
};
const platform: Arity<PlatformFunctions> = {
  ...inAll,
  byok_tables: 1,
  byok_platform_new: 3,
  byok_platform_free: 1,
  byok_platform_public_key: 2,
  byok_platform_open: 6,
  byok_platform_cache: 6,
  byok_platform_open_cached: 6,
  byok_platform_user_tags: 4,
  byok_route: 3,
  byok_platform_tags: 6,
  byok_test_request: 3,
  byok_read_answer: 7,
  byok_redact: 5,
};
const modules = { deriver, 'deriver-scalar': deriver, vault, platform };

/** Parameters with a salt, such as a deriver makes them. */
const someDeriver = await DeriverCore.load(wasmOf('deriver'));
const kdf = (): Uint8Array<ArrayBuffer> => someDeriver.defaultKdf();

/** The reasons that the core itself knows; the others are the page's. */
const coreLockReasons: readonly (LockReason | 'none')[] = [
  'none',
  'idle',
  'absolute_limit',
  'clock_changed',
  'hidden',
  'page_hidden',
];

for (const [name, arity] of Object.entries(modules)) {
  test(`${name}: exports what the types say, and imports random bytes alone`, async () => {
    const module = await WebAssembly.compile(wasmOf(name));
    assert.deepEqual(WebAssembly.Module.imports(module), [
      { module: 'env', name: 'byok_random', kind: 'function' },
    ]);
    const core = await instantiate(module);
    const functions = Object.entries(core).filter(([exported]) => exported.startsWith('byok_'));
    const found = Object.fromEntries(
      functions.map(([exported, value]) => [exported, (value as () => unknown).length]),
    );
    assert.deepEqual(found, { ...arity });
    assert.ok(core.memory instanceof WebAssembly.Memory);
  });
}

test('the closed lists are the ones of TypeScript, and so are their numbers', async () => {
  const tables = readTables(await instantiate(wasmOf('platform')));
  assert.deepEqual(tables.statuses, { ...statusCodes });
  assert.deepEqual(
    tables.verdicts.map(({ name }) => name),
    [...verdicts],
  );
  assert.deepEqual(tables.recordStates, [...recordStates]);
  assert.deepEqual(tables.storeDecisions, [...storeDecisions]);
  assert.deepEqual(tables.lockReasons, coreLockReasons);
  assert.deepEqual(
    lockReasons.slice(0, coreLockReasons.length - 1),
    coreLockReasons.filter((reason) => reason !== 'none'),
  );
});

test('the vault has the providers of the platform, and decides as it does what to store', async () => {
  const core = await Core.load(wasmOf('vault'));
  const tables = readTables(await instantiate(wasmOf('platform')));
  assert.deepEqual(core.providers(), tables.providers);
  assert.deepEqual(
    tables.providers.slice(0, 3).map(({ id, featured }) => [id, featured]),
    [
      ['gemini', true],
      ['openai', true],
      ['anthropic', true],
    ],
  );
  for (const provider of tables.providers) {
    assert.deepEqual(Object.keys(provider).sort(), ['featured', 'id', 'keyHint', 'keysPage', 'name']);
    assert.match(provider.keysPage, /^https:/);
  }
  for (const { name, decision } of tables.verdicts) assert.equal(core.storeDecision(name), decision);
  assert.throws(() => core.storeDecision('perhaps' as Verdict), refused('bad_argument'));
});

test('a password is judged as the types say, and admitted unless it is refused', () => {
  const filter = new Uint8Array(readFileSync(new URL('../web/assets/common-passwords.bin', import.meta.url)));
  const refusals = {
    short: 'password_too_short',
    password: 'password_common',
    ['a'.repeat(1025)]: 'password_too_long',
  };
  for (const [password, refusal] of Object.entries(refusals)) {
    assert.equal(someDeriver.checkPassword(bytes(password), filter).refusal, refusal);
    assert.throws(() => {
      someDeriver.admitPassword(bytes(password), filter);
    }, refused(refusal));
  }
  const { score, codePoints, guessesLog2, refusal } = someDeriver.checkPassword(
    bytes('correct horse battery'),
    filter,
  );
  assert.deepEqual([score, codePoints, refusal], [4, 21, null]);
  assert.ok(guessesLog2 >= 64 && guessesLog2 < 21 * 6);
  someDeriver.admitPassword(bytes('correct horse battery'), filter);
});

test('E36: with SIMD and without it, the same key is derived', async () => {
  const [simd, scalar] = await Promise.all(
    ['deriver', 'deriver-scalar'].map((name) => DeriverCore.load(wasmOf(name))),
  );
  assert.ok(simd && scalar);
  const params = simd.defaultKdf();
  const password = bytes('correct horse battery');
  assert.deepEqual(scalar.deriveKek(params, password), simd.deriveKek(params, password));
});

for (const name of ['deriver', 'deriver-scalar']) {
  test(`${name}: preparing gets all the memory that the derivation needs, and changes nothing else`, async () => {
    const core = await instantiate<DeriverExports>(wasmOf(name));
    const params = someDeriver.defaultKdf();
    const password = bytes('correct horse battery');
    Call.run(core, (call) => call.check(core.byok_prepare(...call.bytes(params))));
    const prepared = core.memory.buffer.byteLength;
    assert.ok(prepared > 64 * 1024 * 1024);
    const kek = Call.run(core, (call) => {
      const args = [...call.bytes(params), ...call.bytes(password)] as const;
      return call.check(core.byok_derive_kek(...args, call.out())).takeBytes();
    });
    assert.equal(core.memory.buffer.byteLength, prepared);
    assert.deepEqual(kek, someDeriver.deriveKek(params, password));
  });

  test(`${name}: what is not to be derived with is not prepared for`, async () => {
    const core = await DeriverCore.load(wasmOf(name));
    const params = someDeriver.defaultKdf();
    new DataView(params.buffer).setUint32(1, 2 * 1024 * 1024, true);
    assert.throws(() => {
      core.prepare(params);
    }, refused('kdf_params_refused'));
  });
}

/** A clock by which one measurement after the other takes as many milliseconds; the last of them again and again. */
function clockOf(took: readonly number[]): () => number {
  let now = 1_000;
  let reads = 0;
  return () => {
    if (reads % 2 === 1) now += took[Math.min((reads - 1) / 2, took.length - 1)] ?? NaN;
    reads += 1;
    return now;
  };
}

/** Memory and passes that are made for a device, without the salt. */
function calibratedAt(took: readonly number[], { mock }: TestContext): Uint8Array {
  const now = mock.method(performance, 'now', clockOf(took));
  try {
    return someDeriver.calibratedKdf().subarray(0, 9);
  } finally {
    now.mock.restore();
  }
}

test('a measurement that something else made longer does not weaken the parameters', (t) => {
  const idle = calibratedAt([50], t);
  assert.notDeepEqual(idle, kdf().subarray(0, 9), 'a device like this gets more than the default');
  assert.deepEqual(calibratedAt([2_000, 50, 60], t), idle);
  assert.deepEqual(calibratedAt([60, 2_000, 50], t), idle);
});

test('on a device that is always slow, or whose clock stands still, parameters are the default ones', (t) => {
  const floor = kdf().subarray(0, 9);
  for (const took of [334, 5_000, 3_600_000, 0]) assert.deepEqual(calibratedAt([took], t), floor);
});

/** Where in the memory the bytes stand, raw. */
function occurrences(core: CommonExports, needle: Uint8Array): number {
  const memory = Buffer.from(core.memory.buffer);
  let count = 0;
  for (let at = memory.indexOf(needle); at >= 0; at = memory.indexOf(needle, at + 1)) count += 1;
  return count;
}

const canaryPassword = bytes('canary password 5d1c7a90');
const canaryKey = bytes('sk-proj-CANARY7f3a9be1c5d2048867a1f0e2d4c6b8a0');
const platformSecret = bytes('0f1e2d3c4b5a69788796a5b4c3d2e1f00123456789abcdef0011223344556677');

/** Does with the vault whatever is done with secrets. @returns what must be found nowhere afterwards. */
async function useSecrets(
  build: string,
): Promise<{ core: VaultExports; secrets: Record<string, Uint8Array> }> {
  const core = await instantiate<VaultExports>(wasmOf('vault', build));
  const deriver = await DeriverCore.load(wasmOf('deriver'));
  const params = deriver.defaultKdf();
  const kek = deriver.deriveKek(params, canaryPassword);
  const user = { id: 'user-1', name: 'Somebody' };
  const { session, change } = CoreSession.create(core, params, kek, user);
  session.commit();
  const drafted = session.draft('openai', canaryKey, '', Date.now(), 'https://app.example');
  const stored = session.accept(drafted.draft, 'valid', Date.now());
  session.commit();
  const platform = await PlatformCore.load(wasmOf('platform'));
  platform.useSecrets([platformSecret]);
  const target = { platform: platform.publicKey().key, user: user.id, now: Date.now() };
  const record = stored.put[0];
  assert.ok(record && change.header);
  const { sealed } = session.seal(record.id, 'job', target);
  const demand = { user: user.id, provider: 'openai', purpose: 'job', now: Date.now() } as const;
  assert.deepEqual(platform.openSealed(sealed, demand).key, canaryKey);
  const clocks = { mono: performance.now(), wall: Date.now() };
  session.sealForApp('https://app.example', ['openai'], target, clocks);
  session.commit();
  const wrong = deriver.deriveKek(params, bytes('another password entirely'));
  const slot = (await Core.load(wasmOf('vault'))).readHeader(change.header).slots[0]?.id;
  assert.ok(slot);
  const snapshot = { header: change.header, manifest: stored.manifest, records: stored.put };
  assert.throws(() => CoreSession.unlock(core, snapshot, slot, wrong), refused('wrong_password'));
  session.lock();
  return { core, secrets: { password: canaryPassword, key: canaryKey, kek, wrong } };
}

/** Derives, right and wrong. @returns what must be found nowhere afterwards. */
async function derive(
  name: string,
  build?: string,
): Promise<{ core: DeriverExports; secrets: Record<string, Uint8Array> }> {
  const core = await instantiate<DeriverExports>(wasmOf(name, build));
  Call.run(core, (call) => {
    const args = [...call.bytes(canaryPassword), ...call.bytes(new Uint8Array(0))] as const;
    call.check(core.byok_check_password(...args, call.out())).takeBytes();
  });
  const deriveKek = (password: Uint8Array): Uint8Array =>
    Call.run(core, (call) => {
      const params = call.check(core.byok_default_kdf(call.out())).takeBytes();
      const args = [...call.bytes(params), ...call.bytes(password)] as const;
      return call.check(core.byok_derive_kek(...args, call.out())).takeBytes();
    });
  return { core, secrets: { password: canaryPassword, kek: deriveKek(canaryPassword) } };
}

function assertNone(core: CommonExports, secrets: Record<string, Uint8Array>): void {
  for (const [name, secret] of Object.entries(secrets)) {
    assert.equal(occurrences(core, secret), 0, name);
    // A block that was freed and used again may have kept the end of one.
    assert.equal(occurrences(core, secret.subarray(-16)), 0, `the end of ${name}`);
  }
}

test('no copy of a password, a key or a derived key is left in the memory once the vault is locked', async () => {
  const { core, secrets } = await useSecrets('wasm');
  assertNone(core, secrets);
});

for (const name of ['deriver', 'deriver-scalar']) {
  test(`${name}: no copy of a password or of the key that it gave is left in the memory`, async () => {
    const { core, secrets } = await derive(name);
    assertNone(core, secrets);
  });
}

test('with wiping switched off the same searches find them, so they would notice', async () => {
  for (const { core, secrets } of [await useSecrets('wasm-nowipe'), await derive('deriver', 'wasm-nowipe')]) {
    const found = Object.values(secrets).filter((secret) => occurrences(core, secret.subarray(-16)) > 0);
    assert.ok(found.length > 0);
  }
});

test('the platform keeps neither its secret nor a key that it opened', async () => {
  const core = await instantiate<PlatformExports>(wasmOf('platform'));
  Call.run(core, (call) => {
    call.check(core.byok_platform_new(...call.bundle([platformSecret]), call.handleOut()));
  });
  assert.equal(occurrences(core, platformSecret), 0);
  assert.equal(occurrences(core, Buffer.from(Buffer.from(platformSecret).toString(), 'hex')), 0);
});

test('a freed, a foreign and an invented handle are all refused', async () => {
  const core = await instantiate<VaultExports>(wasmOf('vault'));
  const platforms = await instantiate<PlatformExports>(wasmOf('platform'));
  const lock = new CoreAutoLock(core, { idleMinutes: 5, whenHidden: false });
  lock.free();
  assert.throws(() => lock.check(), refused('bad_handle'));
  lock.free();
  const next = new CoreAutoLock(core, { idleMinutes: 5, whenHidden: false });
  // The new one may have the place of the old one, but not its generation.
  assert.throws(() => lock.check(), refused('bad_handle'));
  assert.equal(next.check().reason, null);
  const handles = [0, 1, 0xff, 0x7fff_ffff, 0x8000_0100, 0xffff_ffff, 0x4000_0100, 0xc000_0100];
  for (const handle of handles) {
    assert.equal(core.byok_session_commit(handle), statusCodes.bad_handle);
    assert.equal(core.byok_session_free(handle), statusCodes.bad_handle);
    assert.equal(platforms.byok_platform_free(handle), statusCodes.bad_handle);
  }
});

test('an instance that has trapped is zero and answers nothing more', async () => {
  const core = await instantiate<VaultExports>(wasmOf('vault'));
  const trap = (): never => {
    throw new WebAssembly.RuntimeError('unreachable');
  };
  assert.throws(() => Call.run(core, trap), refused('worker_failed'));
  assert.ok(new Uint8Array(core.memory.buffer).every((byte) => byte === 0));
  assert.throws(() => Call.run(core, () => 'an answer'), refused('worker_failed'));
});

test('E24: rows put into the store behind our back, more than a vault may hold, are named; the vault opens', async () => {
  const core = await Core.load(wasmOf('vault'));
  const params = kdf();
  const kek = (): Uint8Array<ArrayBuffer> => new Uint8Array(32).fill(7);
  const { session, change } = core.create(params, kek(), null);
  session.commit();
  assert.ok(change.header);
  const slot = core.readHeader(change.header).slots[0]?.id ?? '';
  const records = Array.from({ length: 10_001 }, (_, i) => ({
    id: i.toString(16).padStart(32, '0'),
    bytes: Uint8Array.of(1),
  }));
  const opened = core.unlock({ header: change.header, manifest: change.manifest, records }, slot, kek());
  const view = opened.view();
  assert.equal(view.integrity, 'record_damaged');
  assert.equal(view.records.length, 10_001);
  assert.equal(opened.repair().remove.length, 10_001);
});

test('handles do not run out where each is given back', async () => {
  const core = await instantiate<VaultExports>(wasmOf('vault'));
  for (let i = 0; i < 500; i += 1) new CoreAutoLock(core, { idleMinutes: 1, whenHidden: true }).free();
  const open = Array.from({ length: 64 }, () => new CoreAutoLock(core, { idleMinutes: 1, whenHidden: true }));
  assert.throws(() => new CoreAutoLock(core, { idleMinutes: 1, whenHidden: true }), refused('out_of_memory'));
  for (const lock of open) lock.free();
});

test('what is stored goes in piece by piece: not much more than it is needed for it, and it is given back', async () => {
  const core = await instantiate<VaultExports>(wasmOf('vault'));
  const kek = (): Uint8Array<ArrayBuffer> => new Uint8Array(32).fill(7);
  const { session, change } = CoreSession.create(core, kdf(), kek(), null);
  session.lock();
  assert.ok(change.header);
  const loader = await Core.load(wasmOf('vault'));
  const slot = loader.readHeader(change.header).slots[0]?.id ?? '';
  const rowBytes = 1_134;
  const records = Array.from({ length: 4_000 }, (_, i) => ({
    id: i.toString(16).padStart(32, '0'),
    bytes: new Uint8Array(rowBytes).fill(i),
  }));
  const snapshot = { header: change.header, manifest: change.manifest, records };
  // More often than there are handles: neither what opens nor what is refused keeps one.
  for (let i = 0; i < 70; i += 1) {
    assert.throws(
      () => CoreSession.unlock(core, snapshot, slot, new Uint8Array(32)),
      refused('wrong_password'),
    );
    CoreSession.unlock(core, snapshot, slot, kek()).lock();
  }
  const stored = records.length * rowBytes;
  assert.ok(
    core.memory.buffer.byteLength < 1.7 * stored + 2 ** 20,
    String(core.memory.buffer.byteLength / stored),
  );
  const broken = { ...snapshot, records: [...records, { id: 'ab', bytes: new Uint8Array(1) }] };
  for (let i = 0; i < 70; i += 1)
    assert.throws(() => CoreSession.unlock(core, broken, slot, kek()), refused('bad_argument'));
});

test('apps: permission, uses and refusals cross the ABI as the types say', async () => {
  const core = await Core.load(wasmOf('vault'));
  const platform = await PlatformCore.load(wasmOf('platform'));
  platform.useSecrets([platformSecret]);
  const user = { id: 'user-1', name: 'Somebody' };
  const kek = new Uint8Array(32).fill(7);
  const { session } = core.create(kdf(), kek, user);
  session.commit();
  for (const provider of ['openai', 'gemini']) {
    session.accept(session.draft(provider, bytes(`key-of-${provider}`), '', 1, null).draft, 'valid', 1);
    session.commit();
  }
  const app = 'https://app.example';
  const target = { platform: platform.publicKey().key, user: user.id, now: 5_000 };
  const seal = (origin: string, mono = 0): ReturnType<CoreSession['sealForApp']> =>
    session.sealForApp(origin, ['gemini', 'openai'], target, { mono: mono + 0.5, wall: 1234.5 });
  assert.deepEqual(session.view().apps, []);
  assert.throws(() => seal(app), refused('app_not_allowed'));
  for (const wrong of ['null', 'https://app.example/']) {
    assert.throws(() => session.grantApp(wrong, 1), refused('bad_argument'));
  }

  assert.ok(session.grantApp(app, 99.5));
  session.commit();
  assert.equal(session.grantApp(app, 100), null);
  assert.deepEqual(session.view().apps, [{ origin: app, granted: 99, lastUsed: 0, uses: 0 }]);
  const { keys, change } = seal(app);
  assert.equal(change.revision, session.view().revision + 1);
  assert.equal(change.header, null);
  assert.deepEqual(change.put, []);
  session.commit();
  assert.deepEqual(session.view().apps, [{ origin: app, granted: 99, lastUsed: 1234, uses: 1 }]);
  for (const [i, provider] of ['gemini', 'openai'].entries()) {
    const demand = { user: user.id, provider, purpose: 'job', now: 5_000 } as const;
    const opened = platform.openSealed(keys[i]?.sealed ?? new Uint8Array(0), demand);
    assert.deepEqual(opened.key, bytes(`key-of-${provider}`));
    assert.equal(opened.sealId, keys[i]?.sealId);
  }
  assert.throws(
    () => session.sealForApp(app, ['nobody'], target, { mono: 0, wall: 0 }),
    refused('unknown_provider'),
  );
  assert.throws(() => session.sealForApp(app, [], target, { mono: 0, wall: 0 }), refused('bad_argument'));
  for (let i = 1; i < 30; i += 1) {
    seal(app);
    session.commit();
  }
  assert.throws(() => seal(app, 59_999), refused('rate_limited'));
  seal(app, 60_000);
  session.rollback();
  assert.ok(session.revokeApp(app));
  session.commit();
  assert.equal(session.revokeApp(app), null);
  assert.throws(() => seal(app, 60_000), refused('app_not_allowed'));
});

/** A platform core and a key that was sealed for a job of user-1 at 5 s. */
async function sealForJob(): Promise<{ platform: PlatformCore; sealed: Uint8Array; sealId: string }> {
  const core = await Core.load(wasmOf('vault'));
  const platform = await PlatformCore.load(wasmOf('platform'));
  platform.useSecrets([platformSecret]);
  const kek = new Uint8Array(32).fill(7);
  const { session } = core.create(kdf(), kek, { id: 'user-1', name: 'Somebody' });
  session.commit();
  const { put } = session.accept(session.draft('openai', canaryKey, '', 1, null).draft, 'valid', 1);
  session.commit();
  const target = { platform: platform.publicKey().key, user: 'user-1', now: 5_000 };
  return { platform, ...session.seal(put[0]?.id ?? '', 'job', target) };
}

test('E32, E33: a key goes into the cache and out of it as the types say, for its user alone, until it is cleared', async () => {
  const { platform, sealed, sealId } = await sealForJob();
  const demand = { user: 'user-1', provider: 'openai', now: 6_000.5 };
  const { bytes: cached, ...facts } = platform.cacheSealed(sealed, demand);
  assert.deepEqual(facts, { sealId, expires: 305_000, keyTag: platform.tag('key', canaryKey) });
  assert.equal(cached.length, 313);
  const { key, ...times } = platform.openCached(cached, demand);
  assert.deepEqual(key, canaryKey);
  assert.deepEqual(times, { sealId, issued: 5_000, expires: 305_000 });

  const open = (change: object) => () => platform.openCached(cached, { ...demand, ...change });
  assert.throws(open({ user: 'user-2' }), refused('cached_key_refused'));
  assert.throws(open({ provider: 'gemini' }), refused('cached_key_refused'));
  assert.throws(open({ provider: 'nobody' }), refused('unknown_provider'));
  assert.throws(open({ now: 305_000 }), refused('expired'));
  assert.throws(open({ cleared: 5_000.5 }), refused('key_cleared'));
  assert.deepEqual(open({ cleared: 4_999 })().key, canaryKey);
  assert.throws(() => platform.cacheSealed(sealed, { ...demand, cleared: 5_000 }), refused('key_cleared'));
  assert.throws(() => platform.cacheSealed(cached, demand), refused('sealed_key_refused'));
});

test('users have a tag for each secret, the one in use first', async () => {
  const { platform } = await sealForJob();
  const other = bytes('f'.repeat(63) + '0');
  const [before] = platform.userTags('user-1');
  platform.useSecrets([other, platformSecret]);
  const tags = platform.userTags('user-1');
  assert.equal(tags.length, 2);
  assert.equal(tags[1], before);
  assert.notEqual(tags[0], before);
  assert.match(tags[0] ?? '', /^[0-9a-f]{64}$/);
  assert.notEqual(platform.userTags('user-2')[0], tags[0]);
  assert.throws(() => platform.userTags(''), refused('bad_argument'));
});

test('E5, E6, E13: a route crosses the ABI as the types say', async () => {
  const platform = await PlatformCore.load(wasmOf('platform'));
  const policy = { credential: 'user', fallback: 'server', serverKey: true } as const;
  const sealId = '0102030405060708090a0b0c0d0e0f10';
  const hit = { cache: 'hit', sealId } as const;
  const limited = { verdict: 'rate_limited', streamed: false, retryAfter: 7 } as const;
  const rejected = { verdict: 'invalid', streamed: false } as const;
  assert.deepEqual(platform.route(policy, [hit, limited]), {
    action: 'read_cache',
    wait: 7,
    refusal: null,
    dropCached: false,
    receipt: { credential: 'user', reason: 'rate_limited', attempts: 1, sealId },
  });
  assert.deepEqual(platform.route(policy, [hit, limited, hit, rejected]), {
    action: 'call_server',
    wait: 0,
    refusal: null,
    dropCached: true,
    receipt: { credential: 'server', reason: 'invalid', attempts: 3, sealId },
  });
  assert.deepEqual(platform.route({ ...policy, serverKey: false }, [{ cache: 'miss' }]), {
    action: 'refuse',
    wait: 0,
    refusal: 'no_api_key',
    dropCached: false,
    receipt: { credential: 'user', reason: 'cache_miss', attempts: 0, sealId: null },
  });
  const nine = Array.from({ length: 9 }, () => ({ cache: 'miss' }) as const);
  assert.throws(() => platform.route(policy, nine), refused('json_refused'));
});

/** Bytes that look like each kind of argument, right and wrong. */
function garbage(random: () => number): Uint8Array {
  const samples = [
    () => bytes('{}'),
    () => bytes('{"user":"user-1","provider":"openai","purpose":"job","now":1e400}'),
    () => Uint8Array.from({ length: 16 }, () => Math.floor(random() * 256)),
    () => Uint8Array.from({ length: 32 }, () => Math.floor(random() * 256)),
    () => bytes('['.repeat(3000)),
    () => bytes('openai'),
    () => Uint8Array.from([255, 255, 255, 255, 255, 255, 255, 255]),
    () => Uint8Array.from([2, 0, 0, 0, 255, 255, 255, 127]),
    () => Uint8Array.from({ length: Math.floor(random() * 600) }, () => Math.floor(random() * 256)),
    () => new Uint8Array(0),
  ];
  return (samples[Math.floor(random() * samples.length)] ?? (() => new Uint8Array(0)))();
}

/** A small generator of the same numbers each time, so that a failure can be repeated. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

for (const [module, arity] of Object.entries(modules)) {
  test(`E26: ${module}: garbage in every argument of every function gives a status of the table, never a trap`, async () => {
    const core = await instantiate(wasmOf(module));
    const functions = core as unknown as Record<string, (...args: number[]) => number>;
    const known = new Set<number>(Object.values(statusCodes));
    const random = seeded(7);
    const handles = [0, 0x4000_0100, 0x8000_0100, 0xc000_0100, 0xffff_ffff];
    const skipped = new Set(['byok_init', 'byok_alloc', 'byok_free', 'byok_session_free']);
    // Which of a function's arguments are pointer and length, by the names in web/core/exports.ts.
    const declared = readFileSync(new URL('../web/core/exports.ts', import.meta.url), 'utf8');
    for (const name of Object.keys(arity)) {
      if (skipped.has(name)) continue;
      const list = new RegExp(`  ${name}\\(([^)]*)\\)`).exec(declared)?.[1] ?? '';
      const kinds = [...list.matchAll(/: (\w+)/g)].map(([, kind]) => kind);
      for (let round = 0; round < 60; round += 1) {
        const allocated: number[] = [];
        let length = 0;
        const args = kinds.map((kind, i) => {
          if (kind === 'Length') return length;
          if (kind === 'Handle') return handles[Math.floor(random() * handles.length)] ?? 0;
          if (kind === 'number')
            return [0, 5, 1e300, -1, Number.NaN, Date.now()][Math.floor(random() * 6)] ?? 0;
          const value = kinds[i + 1] === 'Length' ? garbage(random) : new Uint8Array(16);
          length = value.length;
          const pointer = core.byok_alloc(Math.max(value.length, 1));
          new Uint8Array(core.memory.buffer, pointer, value.length).set(value);
          allocated.push(pointer);
          return pointer;
        });
        const status = functions[name]?.(...args) ?? -1;
        assert.ok(known.has(status), `${name} gave ${String(status)}`);
        for (const pointer of allocated) core.byok_free(pointer);
      }
    }
  });
}

test('E26: an open session stands whatever is thrown at the functions beside it', async () => {
  const core = await instantiate<VaultExports>(wasmOf('vault'));
  const { session } = CoreSession.create(core, kdf(), new Uint8Array(32).fill(7), null);
  session.commit();
  const random = seeded(11);
  for (let round = 0; round < 200; round += 1) {
    assert.throws(
      () =>
        CoreSession.unlock(
          core,
          { header: garbage(random), manifest: garbage(random), records: [] },
          '00'.repeat(16),
          garbage(random),
        ),
      VaultError,
    );
  }
  assert.equal(session.view().integrity, 'ok');
});
