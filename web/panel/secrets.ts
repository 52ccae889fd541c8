/** Secrets between a field and the vault: bytes, never a string that is kept. */
import { wipe } from '../vault/wipe.ts';

/** Both are typed by the same person in the same form, so how long this takes tells no one anything. */
export function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, index) => byte === b[index]);
}

/** Holds one entered key while the password is asked for (E1). What is held is wiped when it is replaced or dropped. */
export class HeldKey {
  #provider = '';
  #key: Uint8Array | null = null;

  hold(provider: string, key: Uint8Array): void {
    this.drop();
    this.#provider = provider;
    this.#key = key;
  }

  /** Gives the key away, once. */
  take(): { provider: string; key: Uint8Array } | null {
    if (this.#key === null) return null;
    const taken = { provider: this.#provider, key: this.#key };
    this.#key = null;
    return taken;
  }

  /** Whose key is held; null for none. */
  get provider(): string | null {
    return this.#key === null ? null : this.#provider;
  }

  drop(): void {
    wipe(this.#key);
    this.#key = null;
  }
}
