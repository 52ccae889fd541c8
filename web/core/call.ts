/** One call into the core: arguments are copied in, the result is copied out, and all of it is wiped and freed at the end. */
import { errorOf, VaultError } from './vault-error.ts';
import type { CommonExports } from './exports.ts';
import { copySecret } from '../vault/secret-bytes.ts';

/** Pointer and length of a result, and a handle. */
const slotBytes = 12;

/** Instances that have trapped: nothing in them can be relied on, so they are never called again. */
const ended = new WeakSet<CommonExports>();

export class Call {
  readonly core: CommonExports;
  readonly #memory: number[] = [];
  #slot = 0;

  constructor(core: CommonExports) {
    this.core = core;
  }

  /**
   * Runs `body` with a fresh call. The views of wasm memory that are made inside never leave it, because memory moves when it
   * grows. A trap ends the instance: its memory is wiped, and this and every later call is refused.
   * @throws VaultError worker_failed for an instance that has trapped.
   */
  static run<T, C extends Call>(
    this: new (core: CommonExports) => C,
    core: CommonExports,
    body: (call: C) => T,
  ): T {
    if (ended.has(core)) throw new VaultError('worker_failed');
    const call = new this(core);
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

  #result(): Uint8Array {
    const pointer = this.#word(0);
    this.#memory.push(pointer);
    return new Uint8Array(this.core.memory.buffer, pointer, this.#word(1));
  }

  #copy(value: Uint8Array): number {
    const pointer = this.room(value.length);
    new Uint8Array(this.core.memory.buffer, pointer, value.length).set(value);
    return pointer;
  }

  /** Memory of the core's, which ends with the call. */
  protected room(length: number): number {
    const pointer = this.core.byok_alloc(length);
    if (pointer === 0) throw new VaultError('out_of_memory');
    this.#memory.push(pointer);
    return pointer;
  }

  #word(index: number): number {
    return new DataView(this.core.memory.buffer).getUint32(this.#slot + 4 * index, true);
  }
}
