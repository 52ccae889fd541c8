/** One call into the core: arguments are copied in, the result is copied out, and all of it is wiped and freed at the end. */
import { bundleSize, fromHex, unpackBundle, writeBundle } from './bundle.ts';
import { errorOf, VaultError } from './errors.ts';
import type { CommonExports } from './exports.ts';
import { copySecret } from '../vault/secret-bytes.ts';

const utf8 = new TextEncoder();
/** Pointer and length of a result, and a handle. */
const slotBytes = 12;

/** Instances that have trapped: nothing in them can be relied on, so they are never called again. */
const ended = new WeakSet<CommonExports>();

export class Call {
  readonly core: CommonExports;
  readonly #memory: number[] = [];
  #slot = 0;

  private constructor(core: CommonExports) {
    this.core = core;
  }

  /**
   * Runs `body` with a fresh call. The views of wasm memory that are made inside never leave it, because memory moves when it
   * grows. A trap ends the instance: its memory is wiped, and this and every later call is refused.
   * @throws VaultError worker_failed for an instance that has trapped.
   */
  static run<T>(core: CommonExports, body: (call: Call) => T): T {
    if (ended.has(core)) throw new VaultError('worker_failed');
    const call = new Call(core);
    try {
      return body(call);
    } catch (error) {
      if (!(error instanceof WebAssembly.RuntimeError)) throw error;
      call.#memory.length = 0;
      ended.add(core);
      new Uint8Array(core.memory.buffer).fill(0);
      throw new VaultError('worker_failed');
    } finally {
      for (const pointer of call.#memory) core.byok_free(pointer);
    }
  }

  /** An argument: pointer and length of a copy. */
  bytes(value: Uint8Array): [pointer: number, length: number] {
    return [this.#copy(value), value.length];
  }

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
    const pointer = this.#room(length);
    writeBundle(items, new Uint8Array(this.core.memory.buffer, pointer, length));
    return [pointer, length];
  }

  /** Where the result's pointer and length are to be written. */
  out(): number {
    if (this.#slot === 0) this.#slot = this.#copy(new Uint8Array(slotBytes));
    return this.#slot;
  }

  /** Where a new handle is to be written. */
  handleOut(): number {
    return this.out() + 8;
  }

  /** @throws VaultError with the code of a status other than ok. */
  check(status: number): this {
    if (status !== 0) throw errorOf(status);
    return this;
  }

  takeHandle(): number {
    return this.#word(2);
  }

  /** The result, copied; the core's own copy is wiped with the rest of the call. */
  takeBytes(): Uint8Array<ArrayBuffer> {
    return this.#result().slice();
  }

  /** The same for a secret, which the caller wipes: in an array that the engine does not move, and so leaves no copy of. */
  takeSecret(): Uint8Array<ArrayBuffer> {
    return copySecret(this.#result());
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

  #result(): Uint8Array {
    const pointer = this.#word(0);
    this.#memory.push(pointer);
    return new Uint8Array(this.core.memory.buffer, pointer, this.#word(1));
  }

  #copy(value: Uint8Array): number {
    const pointer = this.#room(value.length);
    new Uint8Array(this.core.memory.buffer, pointer, value.length).set(value);
    return pointer;
  }

  #room(length: number): number {
    const pointer = this.core.byok_alloc(length);
    if (pointer === 0) throw new VaultError('out_of_memory');
    this.#memory.push(pointer);
    return pointer;
  }

  #word(index: number): number {
    return new DataView(this.core.memory.buffer).getUint32(this.#slot + 4 * index, true);
  }
}
