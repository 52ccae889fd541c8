/** The kind of worker that holds the unlocked session. */
import { Core } from '../core/core.ts';
import { useStatusNames } from '../core/vault-error.ts';
import { Connection } from '../vault/database.ts';
import type { VaultWorkerApi, WorkerStart } from '../vault/protocol.ts';
import { serve } from '../vault/rpc.ts';
import { VaultHost } from './vault-host.ts';

export function beVault(): void {
  const connection = new Connection();
  // Takes longer than all else that a start needs, so it waits for none of it.
  connection.start();

  self.onmessage = ({ data: { module, statuses, app } }: MessageEvent<WorkerStart>) => {
    useStatusNames(statuses);
    const host = Core.load(module).then((core) => new VaultHost(core, connection, app));
    const tell = serve<VaultWorkerApi>(
      self,
      host.then((it) => {
        it.tell = tell;
        return it.operations;
      }),
    );
  };
}
