/** The kind of worker that derives keys from one password, or an old and a new one, in a memory of its own that ends with this worker. */
import { DeriverCore, type KdfParams } from '../core/deriver.ts';
import { useStatusNames, VaultError } from '../core/vault-error.ts';
import type { DerivedKey, DeriverApi, WorkerStart } from '../vault/protocol.ts';
import { serve } from '../vault/rpc.ts';

function offer(core: DeriverCore): DeriverApi {
  /** Measuring does not need the password, and so is done by the time it is there. */
  let calibrated: KdfParams | null = null;
  const make = (password: Uint8Array, filter: Uint8Array): DerivedKey => {
    core.admitPassword(password, filter);
    const params = calibrated ?? core.calibratedKdf();
    return { params, kek: core.deriveKek(params, password) };
  };
  return {
    check: (password, filter) => core.checkPassword(password, filter),

    prepare(params, forNew) {
      if (params !== null) core.prepare(params);
      if (forNew) calibrated = core.calibratedKdf();
    },

    make,

    derive(password, params, renew) {
      const kek = core.deriveKek(params, password);
      if (!renew) return { kek, next: null };
      const today = core.defaultKdf();
      try {
        return { kek, next: { params: today, kek: core.deriveKek(today, password) } };
      } catch (error) {
        // A device without the memory for it opens its vault all the same.
        if (error instanceof VaultError && error.code === 'out_of_memory') return { kek, next: null };
        throw error;
      }
    },

    change(current, params, next, filter) {
      const kek = core.deriveKek(params, current);
      try {
        return { kek, next: make(next, filter) };
      } catch (error) {
        kek.fill(0);
        throw error;
      }
    },
  };
}

export function beDeriver(): void {
  self.onmessage = ({ data: { module, statuses } }: MessageEvent<WorkerStart>) => {
    useStatusNames(statuses);
    serve<DeriverApi>(self, DeriverCore.load(module).then(offer));
  };
}
