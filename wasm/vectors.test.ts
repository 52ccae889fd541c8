/** What a second implementation made (tests/vectors), opened by the built modules. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fromHex, toHex } from '../web/core/bundle.ts';
import { Core } from '../web/core/core.ts';
import { DeriverCore } from '../web/core/deriver.ts';
import { VaultError } from '../web/core/errors.ts';
import { PlatformCore } from '../web/core/platform.ts';
import { verdicts } from '../web/core/types.ts';

interface Derivation {
  readonly password: string;
  readonly memoryKib: number;
  readonly passes: number;
  readonly salt: string;
  readonly kek: string;
}
interface VaultVector {
  readonly vaultId: string;
  readonly header: string;
  readonly slots: readonly (Derivation & { readonly id: string })[];
  readonly records: readonly {
    readonly id: string;
    readonly meta: Readonly<Record<string, unknown>>;
    readonly key: string;
    readonly bytes: string;
  }[];
  readonly manifest: { readonly revision: number; readonly user: unknown; readonly bytes: string };
}
interface SealedVector {
  readonly platformSecret: string;
  readonly publicKey: string;
  readonly keyId: string;
  readonly sealed: readonly {
    readonly purpose: number;
    readonly id: string;
    readonly issued: number;
    readonly expires: number;
    readonly user: string;
    readonly provider: string;
    readonly key: string;
    readonly bytes: string;
  }[];
}
interface CachedVector {
  readonly platformSecret: string;
  readonly cached: readonly {
    readonly id: string;
    readonly issued: number;
    readonly expires: number;
    readonly user: string;
    readonly provider: string;
    readonly key: string;
    readonly userTag: string;
    readonly keyTag: string;
    readonly bytes: string;
  }[];
}

const read = (name: string): unknown =>
  JSON.parse(readFileSync(new URL(`../tests/vectors/${name}.json`, import.meta.url), 'utf8'));
const wasmOf = (name: string): Uint8Array<ArrayBuffer> =>
  new Uint8Array(readFileSync(new URL(`../build/wasm/${name}.wasm`, import.meta.url)));
const utf8 = new TextEncoder();

/** The encoding of include/byok/kdf.h. */
function paramsOf({ memoryKib, passes, salt }: Derivation): Uint8Array<ArrayBuffer> {
  const params = new Uint8Array(25);
  const view = new DataView(params.buffer);
  view.setUint8(0, 1);
  view.setUint32(1, memoryKib, true);
  view.setUint32(5, passes, true);
  params.set(fromHex(salt), 9);
  return params;
}

for (const name of ['deriver', 'deriver-scalar']) {
  test(`${name}: every derived key of the vectors`, async () => {
    const core = await DeriverCore.load(wasmOf(name));
    const vault = read('vault') as VaultVector;
    const { derivations } = read('kdf') as { derivations: readonly Derivation[] };
    for (const derivation of [...derivations, ...vault.slots]) {
      const kek = core.deriveKek(paramsOf(derivation), utf8.encode(derivation.password));
      assert.equal(toHex(kek), derivation.kek);
    }
  });
}

test('a vault that another implementation made opens with each of its passwords, and hands its keys over', async () => {
  const core = await Core.load(wasmOf('vault'));
  const vault = read('vault') as VaultVector;
  const header = fromHex(vault.header);
  const manifest = fromHex(vault.manifest.bytes);
  const records = vault.records.map(({ id, bytes }) => ({ id, bytes: fromHex(bytes) }));
  assert.equal(core.readHeader(header).vaultId, vault.vaultId);
  assert.equal(core.readManifest(manifest).revision, vault.manifest.revision);

  const platform = await PlatformCore.load(wasmOf('platform'));
  platform.useSecrets([utf8.encode((read('sealed-key') as SealedVector).platformSecret)]);
  const target = { platform: platform.publicKey().key, user: 'user-1', now: 1_700_000_000_000 };
  for (const slot of vault.slots) {
    const session = core.unlock({ header, manifest, records }, slot.id, fromHex(slot.kek));
    const view = session.view();
    assert.equal(view.integrity, 'ok');
    assert.deepEqual(view.user, vault.manifest.user);
    assert.equal(view.records.length, vault.records.length);
    for (const { id, meta, key } of vault.records) {
      const found = view.records.find((record) => record.id === id);
      assert.equal(found?.meta?.provider, meta['provider']);
      assert.equal(found?.meta?.label, meta['label']);
      assert.equal(found?.meta?.preview, meta['preview']);
      assert.equal(found?.meta?.verdict, verdicts[meta['verdict'] as number]);
      const { sealed } = session.seal(id, 'job', target);
      const provider = String(meta['provider']);
      const demand = { user: target.user, provider, purpose: 'job', now: target.now } as const;
      assert.equal(new TextDecoder().decode(platform.openSealed(sealed, demand).key), key);
    }
    session.lock();
  }
});

test('keys that another implementation sealed open, for whom they are, while they live', async () => {
  const vector = read('sealed-key') as SealedVector;
  const platform = await PlatformCore.load(wasmOf('platform'));
  platform.useSecrets([utf8.encode(vector.platformSecret)]);
  assert.equal(toHex(platform.publicKey().key), vector.publicKey);
  assert.equal(platform.publicKey().id, vector.keyId);
  for (const { purpose, id, issued, expires, user, provider, key, bytes } of vector.sealed) {
    const demand = { user, provider, purpose: purpose === 1 ? 'test' : 'job', now: issued } as const;
    const opened = platform.openSealed(fromHex(bytes), demand);
    assert.equal(new TextDecoder().decode(opened.key), key);
    assert.equal(opened.sealId, id);
    const refusals = [
      [{ ...demand, user: 'user-2' }, 'sealed_key_refused'],
      [{ ...demand, purpose: purpose === 1 ? 'job' : 'test' } as const, 'sealed_key_refused'],
      [{ ...demand, now: expires }, 'expired'],
      [{ ...demand, now: issued - 61_000 }, 'clock'],
    ] as const;
    for (const [wrong, code] of refusals) {
      assert.throws(
        () => platform.openSealed(fromHex(bytes), wrong),
        (error) => error instanceof VaultError && error.code === code,
      );
    }
  }
});

test('keys that another implementation put into the cache open, and users and keys have its tags', async () => {
  const vector = read('cached-key') as CachedVector;
  const platform = await PlatformCore.load(wasmOf('platform'));
  platform.useSecrets([utf8.encode(vector.platformSecret)]);
  assert.equal(vector.cached.length, 2);
  for (const { id, issued, expires, user, provider, key, userTag, keyTag, bytes } of vector.cached) {
    const opened = platform.openCached(fromHex(bytes), { user, provider, now: issued });
    assert.deepEqual(opened, { sealId: id, issued, expires, key: utf8.encode(key) });
    assert.deepEqual(platform.userTags(user), [userTag]);
    assert.equal(platform.tag('key', opened.key), keyTag);
  }
});
