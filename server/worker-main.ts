/**
 * A worker as a process of its own, of which several may run: `node server/worker-main.ts [--admin-port N] [--sandbox]`. It takes
 * jobs from QUEUE_REDIS_URL and users' keys from REDIS_URL. Environment besides: PLATFORM_TOKEN_SECRET and its kin (secrets.ts),
 * HEALTH_REDIS_URL (the same Redis as REDIS_URL for the user `health`), and the platform's own keys, BYOK_SERVER_KEY_OPENAI and its kin (router/server-keys.ts).
 */
import { startAdmin } from './admin.ts';
import { boot, redisOf, root, runProgram, Stop, urlOf } from './boot.ts';
import { longestJobMs } from './jobs/longest.ts';
import { remoteWorker } from './jobs/pipeline.ts';
import { codeOf } from './log.ts';
import { readWorkerOptions } from './options.ts';
import { checkProcess } from './process-health.ts';
import { takeServerKeys } from './router/server-keys.ts';
import { standInKeys, startSandbox } from './sandbox/sandbox.ts';
import { makeServices } from './services.ts';

runProgram(async () => {
  const options = readWorkerOptions(process.argv.slice(2));
  const { core, log, taken } = await boot(process.env);
  const providers = core.providers().map(({ id }) => id);
  const serverKeys = takeServerKeys(taken, providers);
  const url = urlOf(taken, 'QUEUE_REDIS_URL');
  const redis = await redisOf(taken, 'REDIS_URL', log);
  if (redis === null || url === null)
    throw new Stop(
      'REDIS_URL and QUEUE_REDIS_URL are both needed: keys come from the one, jobs from the other',
    );
  const health = await redisOf(taken, 'HEALTH_REDIS_URL', log);
  const sandbox = options.sandbox
    ? await startSandbox(core, new URL('tests/fixtures/providers/', root))
    : null;
  const reroute = sandbox?.reroute;
  const { cache, telemetry, metrics } = makeServices({ core, log, redis, reroute });
  const worker = remoteWorker({
    core,
    cache,
    telemetry,
    serverKeys: sandbox === null ? serverKeys : standInKeys(providers),
    // A platform of its own gives what it bills by; here the log says who used the key.
    metered: ({ user, provider }) => {
      log({ event: 'byok_server_key_used', user, provider });
    },
    reroute,
    url,
    failed: (error) => {
      log({ event: 'failed', code: codeOf(error) });
    },
  });
  const admin = await startAdmin({
    port: options.adminPort,
    registry: metrics.registry,
    health: () => checkProcess({ keys: redis, queue: worker.redis, walk: health }),
  });
  process.stdout.write('byok-vault worker ready\n');
  return async () => {
    await worker.close(longestJobMs);
    await Promise.all([admin.close(), sandbox?.close()]);
    redis.close();
    health?.close();
  };
});
