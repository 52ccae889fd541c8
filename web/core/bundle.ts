/** Several byte strings as one: u32 count, then for each u32 length and its bytes, little-endian (wasm/abi.h). */

export function bundleSize(items: readonly Uint8Array[]): number {
  return items.reduce((size, item) => size + 4 + item.length, 4);
}

/** @param into of {@link bundleSize} bytes: the core's memory, so that no other copy of a secret has to be wiped. */
export function writeBundle(items: readonly Uint8Array[], into: Uint8Array): void {
  const view = new DataView(into.buffer, into.byteOffset, into.byteLength);
  view.setUint32(0, items.length, true);
  let at = 4;
  for (const item of items) {
    view.setUint32(at, item.length, true);
    into.set(item, at + 4);
    at += 4 + item.length;
  }
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
  let hex = '';
  for (const byte of bytes) hex += hexOf[byte] ?? '';
  return hex;
}

export function fromHex(hex: string): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(hex.length >> 1);
  for (let at = 0; at < bytes.length; at += 1)
    bytes[at] = (digitOf(hex.charCodeAt(2 * at)) << 4) | digitOf(hex.charCodeAt(2 * at + 1));
  return bytes;
}

const hexOf = Array.from({ length: 256 }, (_none, byte) => byte.toString(16).padStart(2, '0'));

/** A table or a pattern costs more than opening the record that the id belongs to. */
function digitOf(character: number): number {
  return character < 0x40 ? character - 0x30 : (character | 0x20) - 0x57;
}
