/**
 * A worker in a process of its own, for a test that kills it: QUEUE_REDIS_URL, PROVIDER_URL for every call, LIFE_SIGN_MS. It
 * has a key of the platform's for OpenAI and no user's. Prints a line once it runs; ends with SIGTERM.
 */
import { remoteWorker } from '../jobs/pipeline.ts';
import { ServerKeys } from '../router/server-keys.ts';
import { makeJobRig } from './jobs.ts';

const { QUEUE_REDIS_URL = '', PROVIDER_URL = '', LIFE_SIGN_MS = '1000' } = process.env;
const { core, cache, telemetry } = await makeJobRig();
const worker = remoteWorker({
  core,
  cache,
  telemetry,
  serverKeys: new ServerKeys(new Map([['openai', Buffer.from('sk-platform-valid')]])),
  metered: () => undefined,
  reroute: () => PROVIDER_URL,
  url: QUEUE_REDIS_URL,
  failed: () => undefined,
  lifeSignMs: Number(LIFE_SIGN_MS),
});
process.once('SIGTERM', () => {
  void worker.close(5_000).then((ended) => process.exit(ended ? 0 : 1));
});
process.stdout.write('ready\n');
