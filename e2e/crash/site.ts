/** The server in this process, with limits that hundreds of rounds don't reach. */
import { randomBytes } from 'node:crypto';
import { loadCore } from '../../server/core.ts';
import { startSandbox } from '../../server/sandbox/sandbox.ts';
import { readSite } from '../../server/site.ts';
import { start } from '../../server/start.ts';
import { freePort } from '../../server/testing/ports.ts';
import type { Site } from '../support/site.ts';

const many = Number.MAX_SAFE_INTEGER;

export async function startUnlimited(): Promise<Site> {
  const root = new URL('../../', import.meta.url);
  const core = await loadCore(new URL('build/wasm/platform.wasm', root));
  core.useSecrets([new TextEncoder().encode(randomBytes(32).toString('hex'))]);
  const running = await start({
    core,
    port: await freePort(2),
    sandbox: await startSandbox(core, new URL('tests/fixtures/providers/', root)),
    appSite: readSite(new URL('dist/demo/', root)),
    vaultSite: readSite(new URL('dist/site/', root)),
    limits: { testsPerMinute: many, keysPerDay: many, invalidPerHour: many },
    log: () => undefined,
  });
  const { app, vault } = running;
  return { app, vault, port: Number(new URL(app).port), stop: () => running.close() };
}
