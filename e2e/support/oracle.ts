/**
 * Derives a vault's key from its password and its stored header with libsodium's own JavaScript build, after docs/format.md:
 * a second implementation, so that the memory scan needs no debug export to know what it looks for.
 */
import sodium from 'libsodium-wrappers-sumo';

interface Slot {
  readonly vaultId: Uint8Array;
  readonly slotId: Uint8Array;
  readonly kind: Uint8Array;
  readonly kdf: Uint8Array;
  readonly box: Uint8Array;
}

const checksumBytes = 32;

/** @throws where the header is not one of version 1 with a password slot first. */
function firstSlot(header: Uint8Array): Slot {
  const view = new DataView(header.buffer, header.byteOffset, header.byteLength);
  const magic = sodium.to_string(header.subarray(0, 4));
  if (magic !== 'BYKH' || view.getUint16(4, true) !== 1) throw new Error('not a header of version 1');
  const body = header.subarray(0, header.length - checksumBytes);
  if (!sodium.memcmp(sodium.crypto_generichash(32, body, null), header.subarray(-checksumBytes))) {
    throw new Error('the checksum is another one');
  }
  const slot = header.subarray(25, 25 + view.getUint16(23, true));
  return {
    vaultId: header.subarray(6, 22),
    slotId: slot.subarray(0, 16),
    kind: slot.subarray(16, 17),
    kdf: slot.subarray(17, 42),
    box: slot.subarray(42, 42 + 24 + 16 + 32),
  };
}

/** The key that a password gives with the header's parameters, whether or not it opens anything. */
export async function deriveKek(header: Uint8Array, password: string): Promise<Uint8Array> {
  await sodium.ready;
  const { kdf } = firstSlot(header);
  const parameters = new DataView(kdf.buffer, kdf.byteOffset);
  return sodium.crypto_pwhash(
    32,
    password,
    kdf.subarray(9),
    parameters.getUint32(5, true),
    parameters.getUint32(1, true) * 1024,
    sodium.crypto_pwhash_ALG_ARGON2ID13,
  );
}

/** @throws where the password is another one. */
export async function openVaultKey(header: Uint8Array, password: string): Promise<Uint8Array> {
  const kek = await deriveKek(header, password);
  const { vaultId, slotId, kind, kdf, box } = firstSlot(header);
  const subkey = sodium.crypto_generichash(32, contextOf('slot', vaultId, slotId, kind, kdf), kek);
  return sodium.crypto_secretbox_open_easy(box.subarray(24), box.subarray(0, 24), subkey);
}

/** Domain, format version, purpose, then the fields: each behind its length as u32 little-endian. */
function contextOf(purpose: string, ...fields: Uint8Array[]): Uint8Array {
  const all = [Buffer.from('byok-vault'), Uint8Array.of(1, 0), Buffer.from(purpose), ...fields];
  const lengthOf = (field: Uint8Array): Buffer => {
    const bytes = Buffer.alloc(4);
    bytes.writeUInt32LE(field.length);
    return bytes;
  };
  return Buffer.concat(all.flatMap((field) => [lengthOf(field), field]));
}
