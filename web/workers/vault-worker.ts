/** The worker that holds the unlocked session. */
import { Core } from '../core/core.ts';
import { useStatusNames } from '../core/vault-error.ts';
import type { VaultWorkerApi, WorkerStart } from '../vault/protocol.ts';
import { serve } from '../vault/rpc.ts';
import { VaultHost } from './vault-host.ts';

self.onmessage = ({ data: { module, statuses, app } }: MessageEvent<WorkerStart>) => {
  useStatusNames(statuses);
  const host = Core.load(module).then((core) => new VaultHost(core, app));
  const tell = serve<VaultWorkerApi>(
    self,
    host.then((it) => {
      it.tell = tell;
      return it.operations;
    }),
  );
};
