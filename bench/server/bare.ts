/**
 * The same API with nothing behind its procedures: what a call costs before any key is looked at. As a process: a port, which is
 * printed, and PLATFORM_TOKEN_SECRET for who is signed in.
 */
import { makeApi } from '../../server/api.ts';
import { boot, runProgram } from '../../server/boot.ts';
import { apiHeaders } from '../../server/headers.ts';
import { listen } from '../../server/origin.ts';
import type { Platform } from '../../server/router.ts';
import { demoUser } from '../../server/session.ts';

const nothing: Platform = {
  platformKey: () => ({ key: '', id: '' }),
  now: Date.now,
  testKey: () => Promise.resolve('valid'),
  cacheKeys: () => Promise.resolve({ cached: [], ttl: 0 }),
  clearKeys: () => Promise.resolve(0),
  record: () => Promise.resolve(),
  receipts: () => Promise.resolve([]),
};

runProgram(async () => {
  const { core, log } = await boot(process.env);
  const server = await listen(0);
  const user: Parameters<typeof makeApi>[0]['user'] = (req, res) =>
    demoUser(core, req, res, { secure: false, domain: null });
  server.open({
    headers: apiHeaders,
    hosts: [`127.0.0.1:${String(server.port)}`],
    site: new Map(),
    handlers: new Map([['/byok/', makeApi({ platform: nothing, user, origins: [], log })]]),
    visit: () => undefined,
    log,
  });
  process.stdout.write(`${String(server.port)}\n`);
  return () => server.close();
});
