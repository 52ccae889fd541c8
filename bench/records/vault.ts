/** A vault of many records, built from docs/format.md: the panel stores one key for each provider, and so can't make it. */
import sodium from 'libsodium-wrappers-sumo';
import type { Snapshot, StoredRecord } from '../../web/core/session.ts';
import { toHex } from '../../web/core/bundle.ts';
import { metaBytes } from './contender.ts';

type Bytes = Uint8Array<ArrayBuffer>;

export interface MadeVault {
  readonly snapshot: Snapshot;
  /** The one password slot, in hex. */
  readonly slot: string;
  readonly vaultId: Bytes;
  readonly vaultKey: Bytes;
}

const utf8 = new TextEncoder();
const block = 512;

function concat(...parts: readonly Uint8Array[]): Bytes {
  const all = new Uint8Array(parts.reduce((size, part) => size + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

function number(size: 1 | 2 | 4 | 8, value: number): Bytes {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(value), true);
  return bytes.slice(0, size);
}

function random(size: number): Bytes {
  return crypto.getRandomValues(new Uint8Array(size));
}

function hash(message: Uint8Array, key: Uint8Array | null = null): Bytes {
  return new Uint8Array(sodium.crypto_generichash(32, message, key));
}

function pad(bytes: Uint8Array): Bytes {
  const padded = new Uint8Array((Math.floor(bytes.length / block) + 1) * block);
  padded.set(bytes);
  padded[bytes.length] = 0x80;
  return padded;
}

/** What a box is bound to. */
export function context(purpose: string, ...fields: readonly Uint8Array[]): Bytes {
  const all = [utf8.encode('byok-vault'), number(2, 1), utf8.encode(purpose), ...fields];
  return concat(...all.flatMap((field) => [number(4, field.length), field]));
}

function seal(parent: Uint8Array, about: Uint8Array, plaintext: Uint8Array): Bytes {
  const nonce = random(24);
  return concat(nonce, sodium.crypto_secretbox_easy(plaintext, nonce, hash(about, parent)));
}

function recordOf(vaultId: Bytes, vaultKey: Bytes): StoredRecord {
  const id = random(16);
  const meta = {
    provider: 'openai',
    label: '',
    preview: 'sk-p…wxyz',
    added: 1_700_000_000_000,
    updated: 1_700_000_000_000,
    verdict: 1,
    verdict_at: 1_700_000_000_000,
  };
  meta.label = 'x'.repeat(metaBytes - utf8.encode(JSON.stringify(meta)).length);
  const metaBox = seal(vaultKey, context('record-meta', vaultId, id), pad(utf8.encode(JSON.stringify(meta))));
  const keyContext = context('record-key', vaultId, id, utf8.encode(meta.provider));
  const keyBox = seal(vaultKey, keyContext, pad(utf8.encode(`sk-proj-${toHex(random(24))}`)));
  const boxes = [number(4, metaBox.length), metaBox, number(4, keyBox.length), keyBox];
  return { id: toHex(id), bytes: concat(utf8.encode('BYKR'), number(2, 1), id, ...boxes) };
}

/** @param kdf the encoded parameters that give `kek` from the password. */
export async function makeVault(count: number, kek: Uint8Array, kdf: Uint8Array): Promise<MadeVault> {
  await sodium.ready;
  const [vaultId, vaultKey, slotId] = [random(16), random(32), random(16)];
  const kind = number(1, 1);
  const fields = [vaultId, slotId, kind, kdf];
  const commitment = hash(context('slot-commitment', ...fields), kek);
  const slot = concat(slotId, kind, kdf, seal(kek, context('slot', ...fields), vaultKey), commitment);
  const body = concat(utf8.encode('BYKH'), number(2, 1), vaultId, number(1, 1), number(2, slot.length), slot);
  const header = concat(body, hash(body));

  const records = Array.from({ length: count }, () => recordOf(vaultId, vaultKey));
  const revision = number(8, 1);
  const promises = records.flatMap(({ id, bytes }) => [sodium.from_hex(id), hash(bytes)]);
  const noUser = number(1, 0);
  const plaintext = [
    hash(header),
    number(1, 1),
    slotId,
    kek,
    number(4, count),
    ...promises,
    number(1, 0),
    noUser,
  ];
  const box = seal(vaultKey, context('manifest', vaultId, revision), pad(concat(...plaintext)));
  const manifest = concat(utf8.encode('BYKM'), number(2, 1), vaultId, revision, box);
  return { snapshot: { header, manifest, records }, slot: toHex(slotId), vaultId, vaultKey };
}
