/**
 * The API as a process of its own, of which several may stand behind a proxy: `node server/api-main.ts --port N [--admin-port N]
 * [--sandbox]`. They share what REDIS_URL names, and need it. Environment besides: PLATFORM_TOKEN_SECRET and its kin
 * (secrets.ts), QUEUE_REDIS_URL, where the demo app's jobs wait for workers (worker-main.ts), HEALTH_REDIS_URL (the same Redis as
 * REDIS_URL for the user `health`), BYOK_ORIGINS, BYOK_COOKIE_DOMAIN, BYOK_BEHIND_PROXY and the limits (options.ts). Who is signed in
 * is the demo's cookie; a platform of its own mounts the API with its own sessions.
 */
import { startAdmin } from './admin.ts';
import { apiPath, makeApi, type Handler } from './api.ts';
import { boot, redisOf, root, runProgram, Stop, urlOf } from './boot.ts';
import { demoPath, makeDemoJobs } from './demo/demo-jobs.ts';
import { apiHeaders } from './headers.ts';
import { remoteDesk } from './jobs/pipeline.ts';
import { codeOf } from './log.ts';
import { readApiOptions } from './options.ts';
import { listen } from './origin.ts';
import { forwardedAddress } from './proxy.ts';
import { checkProcess } from './process-health.ts';
import { startSandbox } from './sandbox/sandbox.ts';
import type { HostUser } from './router.ts';
import { makeServices } from './services.ts';
import { demoUser } from './session.ts';

/** How long calls that are under way may go on once the process is to end, in milliseconds: longer than nginx waits for any. */
const graceMs = 16_000;

runProgram(async () => {
  const options = readApiOptions(process.argv.slice(2), process.env);
  const { port, origins, limits } = options;
  const { core, log, taken } = await boot(process.env);
  const redis = await redisOf(taken, 'REDIS_URL', log);
  if (redis === null)
    throw new Stop('REDIS_URL is not set: processes of the API share keys and limits through it');
  const health = await redisOf(taken, 'HEALTH_REDIS_URL', log);
  const sandbox = options.sandbox
    ? await startSandbox(core, new URL('tests/fixtures/providers/', root))
    : null;
  // Where jobs wait for workers, which leave their receipts there; without it, this process takes no job and knows of no receipt.
  const queueUrl = urlOf(taken, 'QUEUE_REDIS_URL');
  const desk =
    queueUrl === null
      ? null
      : remoteDesk(core, queueUrl, (error) => {
          log({ event: 'failed', code: codeOf(error) });
        });
  const { platform, metrics } = makeServices({
    core,
    log,
    redis,
    receipts: desk?.receipts,
    limits,
    reroute: sandbox?.reroute,
  });
  const session = {
    secure: origins.every((origin) => origin.startsWith('https:')),
    domain: options.cookieDomain,
    notOffered: options.notOffered,
  };
  const user = (...call: Parameters<Handler>): HostUser => demoUser(core, ...call, session);
  const handlers = new Map<string, Handler>();
  if (desk !== null) handlers.set(demoPath, makeDemoJobs({ queue: desk.queue, user, origins, log }));
  const api = makeApi({
    platform,
    user,
    origins,
    log,
    address: options.behindProxy ? forwardedAddress : undefined,
  });
  const admin = await startAdmin({
    port: options.adminPort,
    registry: metrics.registry,
    health: () => checkProcess({ keys: redis, queue: desk?.redis ?? null, walk: health }),
  });
  const server = await listen(port);
  const own = `localhost:${String(server.port)}`;
  server.open({
    headers: apiHeaders,
    hosts: [own, `127.0.0.1:${String(server.port)}`, ...origins.map((origin) => new URL(origin).host)],
    site: new Map(),
    handlers: handlers.set(apiPath, api),
    visit: () => undefined,
    log,
  });
  process.stdout.write(`byok-vault API ready: http://${own}/byok/\n`);
  return async () => {
    await server.close(graceMs);
    await Promise.all([admin.close(), desk?.close(), sandbox?.close()]);
    redis.close();
    health?.close();
  };
});
