/**
 * Seals a key for the platform the way include/byok/sealed_key.h lays it down, by libsodium's own build for npm: an
 * independent second implementation, so that the tests of the server don't take the core's word for it.
 */
import sodium from 'libsodium-wrappers-sumo';

export interface SealRequest {
  /** 32 bytes. */
  readonly platform: Uint8Array;
  readonly user: string;
  readonly provider: string;
  readonly key: string | Uint8Array;
  readonly purpose?: 'test' | 'job';
  /** Milliseconds since 1970. */
  readonly issued?: number;
  /** Milliseconds. */
  readonly life?: number;
}

export async function sealForPlatform(request: SealRequest): Promise<Uint8Array> {
  await sodium.ready;
  const { platform, user, provider, key, purpose = 'test', issued = Date.now(), life = 60_000 } = request;
  const keyBytes = typeof key === 'string' ? Buffer.from(key) : key;
  const fixed = Buffer.alloc(34);
  fixed.writeUInt8(1, 0);
  fixed.writeUInt8(purpose === 'test' ? 1 : 2, 1);
  sodium.randombytes_buf(16).forEach((byte, index) => fixed.writeUInt8(byte, 2 + index));
  fixed.writeBigUInt64LE(BigInt(issued), 18);
  fixed.writeBigUInt64LE(BigInt(issued + life), 26);
  const userBytes = Buffer.from(user);
  const providerBytes = Buffer.from(provider);
  const plain = Buffer.concat([
    fixed,
    u16(userBytes.length),
    userBytes,
    Uint8Array.of(providerBytes.length),
    providerBytes,
    u16(keyBytes.length),
    keyBytes,
  ]);
  const box = sodium.crypto_box_seal(sodium.pad(plain, 256), platform);
  const keyId = sodium.crypto_generichash(32, platform, null).subarray(0, 8);
  return Buffer.concat([Uint8Array.of(1), keyId, box]);
}

function u16(value: number): Uint8Array {
  return Uint8Array.of(value & 0xff, value >> 8);
}
