/** Derives one key from one password, in a memory of its own that ends with this worker. */
import { DeriverCore } from '../core/deriver.ts';
import { useStatusNames, VaultError } from '../core/vault-error.ts';
import type { DeriverApi, WorkerStart } from '../vault/protocol.ts';
import { serve } from '../vault/rpc.ts';

/** Memory and passes of encoded parameters, without the salt. */
const costBytes = 9;

function offer(core: DeriverCore): DeriverApi {
  return {
    check: (password, filter) => core.checkPassword(password, filter),

    prepare(params) {
      core.prepare(params);
    },

    make(password, filter) {
      core.admitPassword(password, filter);
      const params = core.defaultKdf();
      const begin = performance.now();
      const kek = core.deriveKek(params, password);
      const calibrated = core.calibratedKdf(performance.now() - begin);
      if (calibrated.subarray(0, costBytes).every((byte, i) => byte === params[i])) return { params, kek };
      kek.fill(0);
      return { params: calibrated, kek: core.deriveKek(calibrated, password) };
    },

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
  };
}

self.onmessage = ({ data: { module, statuses } }: MessageEvent<WorkerStart>) => {
  useStatusNames(statuses);
  serve<DeriverApi>(self, DeriverCore.load(module).then(offer));
};
