/**
 * The demo: an app, the vault that it embeds, and the platform behind both. `node server/main.ts [--port N] [--sandbox]`
 * prints one line once both origins answer. Environment: PLATFORM_TOKEN_SECRET and its kin (secrets.ts), REDIS_URL (boot.ts),
 * BYOK_APPS, BYOK_PLAIN_FIELDS, BYOK_NOT_OFFERED, BYOK_TESTS_PER_MINUTE, BYOK_KEYS_PER_DAY, BYOK_INVALID_PER_HOUR (options.ts).
 */
import { boot, redisOf, root, runProgram, Stop, urlOf } from './boot.ts';
import { readOptions } from './options.ts';
import { takeServerKeys } from './router/server-keys.ts';
import { standInKeys, startSandbox } from './sandbox/sandbox.ts';
import { readSite, type Site } from './site.ts';
import { start } from './start.ts';

function siteAt(folder: string): Site {
  try {
    return readSite(new URL(folder, root));
  } catch {
    throw new Stop(`${folder} is not built yet: ./run.sh builds everything`);
  }
}

runProgram(async () => {
  const { port, sandbox, apps, plainFields, notOffered, limits } = readOptions(
    process.argv.slice(2),
    process.env,
  );
  const { core, log, taken } = await boot(process.env);
  const redis = await redisOf(taken, 'REDIS_URL', log);
  if (redis === null)
    process.stderr.write(
      "byok-vault: REDIS_URL is not set: users' keys are cached, sealed, in this process\n",
    );
  const queueUrl = urlOf(taken, 'QUEUE_REDIS_URL');
  if (queueUrl !== null && redis === null)
    throw new Stop('QUEUE_REDIS_URL without REDIS_URL: workers of their own need the keys, too');
  const providers = core.providers().map(({ id }) => id);
  const serverKeys = takeServerKeys(taken, providers);
  const running = await start({
    core,
    port,
    sandbox: sandbox ? await startSandbox(core, new URL('tests/fixtures/providers/', root)) : null,
    appSite: siteAt('dist/demo/'),
    vaultSite: siteAt('dist/site/'),
    ...(apps === null ? {} : { apps }),
    plainFields,
    notOffered,
    limits,
    redis,
    queueUrl,
    serverKeys: sandbox ? standInKeys(providers) : serverKeys,
    log,
  });
  const answers = await Promise.all([running.app, running.vault].map((origin) => fetch(`${origin}/`)));
  if (!answers.every(({ ok }) => ok)) throw new Stop('the two origins do not answer');
  process.stdout.write(`byok-vault ready: ${running.app}/\n`);
  return async () => {
    await running.close();
    redis?.close();
  };
});
