/** Which of the two derivers this engine runs. */

/** `(func (drop (i8x16.splat (i32.const 0))))`: valid only where there is SIMD. */
const simdProbe = Uint8Array.of(
  ...[
    0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00, 0x01, 0x04, 0x01, 0x60, 0x00, 0x00, 0x03, 0x02, 0x01,
    0x00,
  ],
  ...[0x0a, 0x09, 0x01, 0x07, 0x00, 0x41, 0x00, 0xfd, 0x0f, 0x1a, 0x0b],
);

/** Whether this engine runs deriver.wasm; where not, deriver-scalar.wasm is the same without SIMD (E36). */
export function hasSimd(): boolean {
  return typeof WebAssembly !== 'undefined' && WebAssembly.validate(simdProbe);
}
