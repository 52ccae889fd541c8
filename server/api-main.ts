/**
 * The API as a process of its own, of which several may stand behind a proxy: `node server/api-main.ts --port N [--admin-port N]
 * [--sandbox]`. They share what REDIS_URL names, and need it. Environment besides: PLATFORM_TOKEN_SECRET and its kin
 * (secrets.ts), HEALTH_REDIS_URL (the same Redis for the user `health`), BYOK_ORIGINS, BYOK_COOKIE_DOMAIN, BYOK_BEHIND_PROXY and
 * the limits (options.ts). Who is signed in is the demo's cookie; a platform of its own mounts the API with its own sessions.
 */
import { startAdmin } from './admin.ts';
import { apiPath, makeApi } from './api.ts';
import { boot, redisOf, root, runProgram, Stop, takeUrl } from './boot.ts';
import { apiHeaders } from './headers.ts';
import { checkHealth } from './health.ts';
import { readApiOptions } from './options.ts';
import { listen } from './origin.ts';
import { receiptsInRedis } from './receipts/receipts-redis.ts';
import { Redis } from './redis/connection.ts';
import { forwardedAddress } from './proxy.ts';
import { startSandbox } from './sandbox/sandbox.ts';
import { makeServices } from './services.ts';
import { demoUser } from './session.ts';

runProgram(async () => {
  const options = readApiOptions(process.argv.slice(2), process.env);
  const { port, origins, limits } = options;
  const { core, log } = await boot(process.env);
  const redis = await redisOf(process.env, 'REDIS_URL', log);
  if (redis === null)
    throw new Stop('REDIS_URL is not set: processes of the API share keys and limits through it');
  const health = await redisOf(process.env, 'HEALTH_REDIS_URL', log);
  const sandbox = options.sandbox
    ? await startSandbox(core, new URL('tests/fixtures/providers/', root))
    : null;
  // Where the workers leave their receipts; without it, this process knows of none.
  const queueUrl = takeUrl(process.env, 'QUEUE_REDIS_URL');
  const queue = queueUrl === null ? null : new Redis({ url: queueUrl });
  const { platform, metrics } = makeServices({
    core,
    log,
    redis,
    receipts: queue === null ? undefined : receiptsInRedis(core, queue),
    limits,
    reroute: sandbox?.reroute,
  });
  const session = {
    secure: origins.every((origin) => origin.startsWith('https:')),
    domain: options.cookieDomain,
    notOffered: options.notOffered,
  };
  const api = makeApi({
    platform,
    user: (req, res) => demoUser(core, req, res, session),
    origins,
    log,
    address: options.behindProxy ? forwardedAddress : undefined,
  });
  const admin = await startAdmin({
    port: options.adminPort,
    registry: metrics.registry,
    health: health === null ? null : () => checkHealth(health),
  });
  const server = await listen(port);
  const own = `localhost:${String(server.port)}`;
  server.open({
    headers: apiHeaders,
    hosts: [own, `127.0.0.1:${String(server.port)}`, ...origins.map((origin) => new URL(origin).host)],
    site: new Map(),
    handlers: new Map([[apiPath, api]]),
    visit: () => undefined,
    log,
  });
  process.stdout.write(`byok-vault API ready: http://${own}/byok/\n`);
  return async () => {
    await Promise.all([server.close(), admin.close(), sandbox?.close()]);
    redis.close();
    queue?.close();
    health?.close();
  };
});
