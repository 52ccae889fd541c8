/** Several byte strings as one: u32 count, then for each u32 length and its bytes, little-endian (wasm/abi.h). */
import { secretBytes } from '../vault/secret-bytes.ts';

export function packBundle(items: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const bundle = secretBytes(items.reduce((size, item) => size + 4 + item.length, 4));
  const view = new DataView(bundle.buffer);
  view.setUint32(0, items.length, true);
  let at = 4;
  for (const item of items) {
    view.setUint32(at, item.length, true);
    bundle.set(item, at + 4);
    at += 4 + item.length;
  }
  return bundle;
}

/** @returns copies; the bundle is the core's, and well formed. */
export function unpackBundle(bundle: Uint8Array): Uint8Array<ArrayBuffer>[] {
  const view = new DataView(bundle.buffer, bundle.byteOffset, bundle.byteLength);
  const items: Uint8Array<ArrayBuffer>[] = [];
  let at = 4;
  for (let count = bundle.length === 0 ? 0 : view.getUint32(0, true); count > 0; count -= 1) {
    const size = view.getUint32(at, true);
    items.push(bundle.slice(at + 4, at + 4 + size));
    at += 4 + size;
  }
  return items;
}

/** For ids and parameters, which are public. */
export function toHex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

export function fromHex(hex: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}
