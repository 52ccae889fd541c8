/** A call of more than bytes: the session's and the platform's. Apart, so that the deriver's worker does not load it. */
import { bundleSize, fromHex, unpackBundle, writeBundle } from './bundle.ts';
import { Call } from './call.ts';
import { VaultError } from './vault-error.ts';

const utf8 = new TextEncoder();

export class FullCall extends Call {
  text(value: string): [pointer: number, length: number] {
    return this.bytes(utf8.encode(value));
  }

  /** @param hex 32 characters. @throws VaultError bad_argument for anything else. */
  id(hex: string): [pointer: number, length: number] {
    if (!/^[0-9a-f]{32}$/.test(hex)) throw new VaultError('bad_argument');
    return this.bytes(fromHex(hex));
  }

  /** A bundle of them. */
  texts(values: readonly string[]): [pointer: number, length: number] {
    return this.bundle(values.map((value) => utf8.encode(value)));
  }

  json(value: unknown): [pointer: number, length: number] {
    return this.text(JSON.stringify(value));
  }

  bundle(items: readonly Uint8Array[]): [pointer: number, length: number] {
    const length = bundleSize(items);
    const pointer = this.room(length);
    writeBundle(items, new Uint8Array(this.core.memory.buffer, pointer, length));
    return [pointer, length];
  }

  takeText(): string {
    return new TextDecoder().decode(this.takeBytes());
  }

  /** The caller names the shape that wasm/abi.h gives this result. */
  takeJson(): unknown {
    return JSON.parse(this.takeText());
  }

  takeBundle(): Uint8Array<ArrayBuffer>[] {
    const packed = this.takeBytes();
    try {
      return unpackBundle(packed);
    } finally {
      packed.fill(0);
    }
  }
}
