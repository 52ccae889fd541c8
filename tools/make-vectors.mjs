// Makes tests/vectors/*.json: a whole vault and a sealed key, built from docs/format.md by a second implementation
// (JavaScript over libsodium.js, a build of libsodium of its own). The core must open them to the byte.
//
//   node tools/make-vectors.mjs           writes the files
//   node tools/make-vectors.mjs --check   fails where the kept files are not what it makes
//
// Ids, nonces and one-time keys are fixed here so that the files are the same each time; a real vault draws them.

import { readFileSync, writeFileSync } from 'node:fs';
import sodium from 'libsodium-wrappers-sumo';

await sodium.ready;

const folder = new URL('../tests/vectors/', import.meta.url);
const FORMAT_VERSION = 1;

const hex = (bytes) => Buffer.from(bytes).toString('hex');
const utf8 = (text) => new Uint8Array(Buffer.from(text, 'utf8'));
const concat = (...parts) => new Uint8Array(Buffer.concat(parts));
const filled = (value, length) => new Uint8Array(length).fill(value);
const counting = (first, length) => Uint8Array.from({ length }, (_, index) => (first + index) & 0xff);

function littleEndian(size, value) {
  const bytes = new Uint8Array(size);
  let rest = BigInt(value);
  for (let index = 0; index < size; index += 1) {
    bytes[index] = Number(rest & 0xffn);
    rest >>= 8n;
  }
  return bytes;
}
const u8 = (value) => littleEndian(1, value);
const u16 = (value) => littleEndian(2, value);
const u32 = (value) => littleEndian(4, value);
const u64 = (value) => littleEndian(8, value);

const blake2b256 = (message, key) => sodium.crypto_generichash(32, message, key ?? null);

// ISO/IEC 7816-4, by hand: libsodium's pad is what the core uses.
function pad(bytes, block) {
  const padded = new Uint8Array((Math.floor(bytes.length / block) + 1) * block);
  padded.set(bytes);
  padded[bytes.length] = 0x80;
  return padded;
}

function context(purpose, ...fields) {
  const all = [utf8('byok-vault'), u16(FORMAT_VERSION), utf8(purpose), ...fields];
  return concat(...all.flatMap((field) => [u32(field.length), field]));
}

function sealBox(parent, boxContext, nonce, plaintext) {
  const subkey = blake2b256(boxContext, parent);
  return concat(nonce, sodium.crypto_secretbox_easy(plaintext, nonce, subkey));
}

function argon2id(password, { memoryKib, passes, salt }) {
  return sodium.crypto_pwhash(
    32,
    password,
    salt,
    passes,
    memoryKib * 1024,
    sodium.crypto_pwhash_ALG_ARGON2ID13,
  );
}

const encodeKdf = ({ memoryKib, passes, salt }) => concat(u8(1), u32(memoryKib), u32(passes), salt);

function makeSlot({ vaultId, slotId, kdf, kek, vaultKey, nonce }) {
  const kind = u8(1);
  const fields = [vaultId, slotId, kind, encodeKdf(kdf)];
  const body = concat(
    slotId,
    kind,
    encodeKdf(kdf),
    sealBox(kek, context('slot', ...fields), nonce, vaultKey),
    blake2b256(context('slot-commitment', ...fields), kek),
  );
  return concat(u16(body.length), body);
}

function makeHeader(vaultId, slots) {
  const body = concat(utf8('BYKH'), u16(FORMAT_VERSION), vaultId, u8(slots.length), ...slots);
  return concat(body, blake2b256(body));
}

function makeRecord({ vaultId, vaultKey, record }) {
  const { id, meta, key, metaNonce, keyNonce } = record;
  const metaBox = sealBox(
    vaultKey,
    context('record-meta', vaultId, id),
    metaNonce,
    pad(utf8(JSON.stringify(meta)), 512),
  );
  const keyBox = sealBox(
    vaultKey,
    context('record-key', vaultId, id, utf8(meta.provider)),
    keyNonce,
    pad(utf8(key), 512),
  );
  return concat(
    utf8('BYKR'),
    u16(FORMAT_VERSION),
    id,
    u32(metaBox.length),
    metaBox,
    u32(keyBox.length),
    keyBox,
  );
}

const text16 = (text) => concat(u16(utf8(text).length), utf8(text));

function makeManifest({ vaultId, vaultKey, header, slots, records, manifest }) {
  const plaintext = concat(
    blake2b256(header),
    u8(slots.length),
    ...slots.flatMap(({ slotId, kek }) => [slotId, kek]),
    u32(records.length),
    ...records.flatMap(({ id, bytes }) => [id, blake2b256(bytes)]),
    u8(manifest.permissions.length),
    ...manifest.permissions.map(({ origin, granted, lastUsed, uses }) =>
      concat(text16(origin), u64(granted), u64(lastUsed), u32(uses)),
    ),
    u8(1),
    text16(manifest.user.id),
    text16(manifest.user.name),
  );
  const box = sealBox(
    vaultKey,
    context('manifest', vaultId, u64(manifest.revision)),
    manifest.nonce,
    pad(plaintext, 512),
  );
  return concat(utf8('BYKM'), u16(FORMAT_VERSION), vaultId, u64(manifest.revision), box);
}

function makeVault() {
  const vaultId = counting(0x10, 16);
  const vaultKey = counting(0x80, 32);
  const passwords = ['  correct horse caf\u00e9 \u{1F511} ', 'another password'];
  const slots = passwords.map((password, index) => {
    const kdf = { memoryKib: 19456 + index * 1024, passes: 2 + index, salt: counting(0x20 + index, 16) };
    const slot = { password, kdf, slotId: counting(0x30 + index, 16), kek: argon2id(utf8(password), kdf) };
    return { ...slot, nonce: counting(0x40 + index, 24) };
  });
  const header = makeHeader(
    vaultId,
    slots.map((slot) => makeSlot({ vaultId, vaultKey, ...slot })),
  );
  const records = [
    {
      id: counting(0x50, 16),
      meta: {
        provider: 'openai',
        label: 'work \u{1F4BC} "quoted" \\',
        preview: 'sk-p\u2026wxyz',
        added: 1700000000000,
        updated: 1700000000001,
        verdict: 1,
        verdict_at: 1700000000002,
      },
      key: 'sk-proj-vector-0123456789abcdefghijklmnopqrstuvwxyz',
    },
    {
      id: counting(0x60, 16),
      meta: {
        provider: 'gemini',
        label: '',
        preview: '\u2026',
        added: 1,
        updated: 2,
        verdict: 0,
        verdict_at: 0,
      },
      key: 'K'.repeat(512),
    },
  ].map((record, index) => {
    const withNonces = { ...record, metaNonce: filled(0x70 + index, 24), keyNonce: filled(0x78 + index, 24) };
    return { ...withNonces, bytes: makeRecord({ vaultId, vaultKey, record: withNonces }) };
  });
  const manifest = {
    revision: 7,
    nonce: counting(0x90, 24),
    permissions: [
      { origin: 'https://app.example', granted: 1700000000003, lastUsed: 1700000000004, uses: 5 },
    ],
    user: { id: 'user-1', name: 'Zo\u00eb' },
  };
  return {
    about: 'A whole vault: bytes are hex, passwords and keys are text. Made by tools/make-vectors.mjs.',
    vaultId: hex(vaultId),
    vaultKey: hex(vaultKey),
    header: hex(header),
    slots: slots.map(({ password, kdf, slotId, kek }) => ({
      password,
      id: hex(slotId),
      memoryKib: kdf.memoryKib,
      passes: kdf.passes,
      salt: hex(kdf.salt),
      kek: hex(kek),
    })),
    records: records.map(({ id, meta, key, bytes }) => ({ id: hex(id), meta, key, bytes: hex(bytes) })),
    manifest: {
      revision: manifest.revision,
      permissions: manifest.permissions,
      user: manifest.user,
      bytes: hex(makeManifest({ vaultId, vaultKey, header, slots, records, manifest })),
    },
  };
}

// crypto_box_seal with a one-time key pair that is given.
function sealTo(recipient, oneTimeSeed, plaintext) {
  const oneTime = sodium.crypto_box_seed_keypair(oneTimeSeed);
  const nonce = sodium.crypto_generichash(24, concat(oneTime.publicKey, recipient));
  return concat(oneTime.publicKey, sodium.crypto_box_easy(plaintext, nonce, recipient, oneTime.privateKey));
}

function makeSealedKeys() {
  const secret = counting(0xa0, 32);
  const platform = sodium.crypto_box_seed_keypair(blake2b256(context('platform-seal-key'), secret));
  const keyId = blake2b256(platform.publicKey).subarray(0, 8);
  const sealed = [
    { purpose: 1, user: 'user-1', provider: 'openai', life: 120000, key: 'sk-proj-vector-0123456789abcdef' },
    { purpose: 2, user: '\u00fcser/2', provider: 'anthropic', life: 300000, key: 'k'.repeat(512) },
  ].map(({ purpose, user, provider, life, key }, index) => {
    const id = counting(0xb0 + index, 16);
    const issued = 1700000000000 + index;
    const plaintext = concat(
      u8(1),
      u8(purpose),
      id,
      u64(issued),
      u64(issued + life),
      text16(user),
      u8(provider.length),
      utf8(provider),
      text16(key),
    );
    const box = sealTo(platform.publicKey, filled(0xc0 + index, 32), pad(plaintext, 256));
    const bytes = concat(u8(1), keyId, box);
    return { purpose, id: hex(id), issued, expires: issued + life, user, provider, key, bytes: hex(bytes) };
  });
  return {
    about: 'Keys sealed to a platform: bytes are hex. Made by tools/make-vectors.mjs.',
    platformSecret: hex(secret),
    publicKey: hex(platform.publicKey),
    keyId: hex(keyId),
    sealed,
  };
}

function makeCachedKeys() {
  const secret = counting(0xa0, 32);
  const subkey = (parent, bytes) => blake2b256(bytes, parent);
  const platform = sodium.crypto_box_seed_keypair(subkey(secret, context('platform-seal-key')));
  const keyId = blake2b256(platform.publicKey).subarray(0, 8);
  const cacheKey = subkey(secret, context('platform-cache-key'));
  const tagKey = subkey(secret, context('platform-tag-key'));
  const tag = (domain, text) =>
    hex(blake2b256(utf8(text), subkey(tagKey, context('platform-tag', utf8(domain)))));
  const cached = [
    { user: 'user-1', provider: 'openai', life: 300000, key: 'sk-proj-vector-0123456789abcdef' },
    { user: '\u00fcser/2', provider: 'anthropic', life: 1, key: 'k'.repeat(512) },
  ].map(({ user, provider, life, key }, index) => {
    const id = counting(0xd0 + index, 16);
    const issued = 1700000000000 + index;
    const expires = issued + life;
    const plaintext = concat(id, u64(issued), text16(key));
    const boxContext = context('platform-cache', keyId, utf8(user), utf8(provider), u64(expires));
    const box = sealBox(cacheKey, boxContext, filled(0xe0 + index, 24), pad(plaintext, 256));
    const bytes = hex(concat(u8(1), keyId, u64(expires), box));
    const tags = { userTag: tag('cache-user', user), keyTag: tag('key', key) };
    return { id: hex(id), issued, expires, user, provider, key, ...tags, bytes };
  });
  return {
    about: "Keys in a platform's cache: bytes are hex. Made by tools/make-vectors.mjs.",
    platformSecret: hex(secret),
    cached,
  };
}

function makeDerivations() {
  const cases = [
    ['password', 19456, 2],
    ['password', 19457, 2],
    [' caf\u00e9 \u{1F511} ', 20011, 3],
    ['correct horse battery staple', 65536, 3],
    ['x'.repeat(1024), 19456, 5],
  ];
  return {
    about: 'Argon2id, one lane, 32 bytes out. Made by tools/make-vectors.mjs.',
    derivations: cases.map(([password, memoryKib, passes]) => {
      const salt = counting(0, 16);
      return {
        password,
        memoryKib,
        passes,
        salt: hex(salt),
        kek: hex(argon2id(utf8(password), { memoryKib, passes, salt })),
      };
    }),
  };
}

const files = {
  'kdf.json': makeDerivations(),
  'vault.json': makeVault(),
  'sealed-key.json': makeSealedKeys(),
  'cached-key.json': makeCachedKeys(),
};
const check = process.argv.includes('--check');
let differing = 0;
for (const [name, content] of Object.entries(files)) {
  const path = new URL(name, folder);
  const text = `${JSON.stringify(content, null, 2)}\n`;
  if (!check) {
    writeFileSync(path, text);
  } else if (readFileSync(path, 'utf8') !== text) {
    console.error(`tests/vectors/${name} is not what tools/make-vectors.mjs makes`);
    differing += 1;
  }
}
process.exitCode = differing === 0 ? 0 : 1;
