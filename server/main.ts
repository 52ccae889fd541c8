/**
 * The demo: an app, the vault that it embeds, and the platform behind both. `node server/main.ts [--port N] [--sandbox]`
 * prints one line once both origins answer. Environment: PLATFORM_TOKEN_SECRET and its kin (secrets.ts),
 * BYOK_APPS, BYOK_PLAIN_FIELDS, BYOK_TESTS_PER_MINUTE, BYOK_KEYS_PER_DAY, BYOK_INVALID_PER_HOUR (options.ts).
 */
import { loadCore } from './core.ts';
import { codeOf, makeLog, type Log } from './log.ts';
import { OptionProblem, readOptions } from './options.ts';
import { SecretProblem, useSecretsOf } from './secrets.ts';
import { startSandbox } from './sandbox/sandbox.ts';
import { readSite, type Site } from './site.ts';
import { start } from './start.ts';

const root = new URL('../', import.meta.url);

/** Ends the process with words for the person at the terminal. */
class Stop extends Error {}

function siteAt(folder: string): Site {
  try {
    return readSite(new URL(folder, root));
  } catch {
    throw new Stop(`${folder} is not built yet: ./run.sh builds everything`);
  }
}

/** An error that no one caught may hold anything; its code is all that is said. */
function watch(log: Log): void {
  process.on('unhandledRejection', (error) => {
    log({ event: 'failed', code: codeOf(error) });
  });
  process.on('uncaughtException', (error) => {
    log({ event: 'stopped', code: codeOf(error) });
    process.exit(1);
  });
}

async function main(): Promise<void> {
  const { port, sandbox, apps, plainFields, limits } = readOptions(process.argv.slice(2), process.env);
  const core = await loadCore(new URL('build/wasm/platform.wasm', root)).catch(() => {
    throw new Stop('build/wasm/platform.wasm is not built yet: ./run.sh builds everything');
  });
  useSecretsOf(process.env, (hexSecrets) => {
    core.useSecrets(hexSecrets);
  });
  const log = makeLog(
    (text) => core.redact(text),
    (line) => process.stderr.write(line),
  );
  watch(log);
  const running = await start({
    core,
    port,
    sandbox: sandbox ? await startSandbox(core, new URL('tests/fixtures/providers/', root)) : null,
    appSite: siteAt('dist/demo/'),
    vaultSite: siteAt('dist/site/'),
    ...(apps === null ? {} : { apps }),
    plainFields,
    limits,
    log,
  });
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      void running.close().then(() => process.exit(0));
    });
  }
  const answers = await Promise.all([running.app, running.vault].map((origin) => fetch(`${origin}/`)));
  if (!answers.every(({ ok }) => ok)) throw new Stop('the two origins do not answer');
  process.stdout.write(`byok-vault ready: ${running.app}/\n`);
}

function wordsFor(error: unknown): string {
  if (error instanceof Stop || error instanceof SecretProblem || error instanceof OptionProblem)
    return error.message;
  if (codeOf(error) === 'EADDRINUSE')
    return 'the port, or the next one, is in use already: choose another with --port N';
  return `could not start (${codeOf(error)})`;
}

main().catch((error: unknown) => {
  process.stderr.write(`byok-vault: ${wordsFor(error)}\n`);
  process.exit(1);
});
