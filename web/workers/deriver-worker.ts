/** Derives one key from one password, in a memory of its own that ends with this worker. */
import { VaultError } from '../core/errors.ts';
import { instantiate } from '../core/module.ts';
import { PasswordCore } from '../core/password.ts';
import type { DeriverApi, WorkerStart } from '../vault/protocol.ts';
import { serve } from '../vault/rpc.ts';

/** Memory and passes of encoded parameters, without the salt. */
const costBytes = 9;

function offer(passwords: PasswordCore): DeriverApi {
  return {
    make(password, filter) {
      const { refusal } = passwords.check(password, filter);
      if (refusal !== null) throw new VaultError(refusal);
      const params = passwords.defaultKdf();
      const begin = performance.now();
      const kek = passwords.deriveKek(params, password);
      const calibrated = passwords.calibratedKdf(performance.now() - begin);
      if (calibrated.subarray(0, costBytes).every((byte, i) => byte === params[i])) return { params, kek };
      kek.fill(0);
      return { params: calibrated, kek: passwords.deriveKek(calibrated, password) };
    },

    derive(password, params, renew) {
      const kek = passwords.deriveKek(params, password);
      if (!renew) return { kek, next: null };
      const today = passwords.defaultKdf();
      try {
        return { kek, next: { params: today, kek: passwords.deriveKek(today, password) } };
      } catch (error) {
        // A device without the memory for it opens its vault all the same.
        if (error instanceof VaultError && error.code === 'out_of_memory') return { kek, next: null };
        throw error;
      }
    },
  };
}

self.onmessage = async ({ data }: MessageEvent<WorkerStart>) => {
  try {
    serve(data.port, offer(new PasswordCore(await instantiate(data.module))));
  } catch (error) {
    // Reaches the document as this worker's error: worker_failed.
    reportError(error);
  }
};
