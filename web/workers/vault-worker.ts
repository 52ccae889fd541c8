/** The worker that holds the unlocked session. */
import { Core } from '../core/core.ts';
import type { WorkerStart } from '../vault/protocol.ts';
import { serve } from '../vault/rpc.ts';
import { VaultHost } from './vault-host.ts';

self.onmessage = async ({ data }: MessageEvent<WorkerStart>) => {
  try {
    const host = new VaultHost(await Core.load(data.module), data.app);
    host.tell = serve(data.port, host.operations);
  } catch (error) {
    // Reaches the document as this worker's error: worker_failed.
    reportError(error);
  }
};
