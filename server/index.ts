/**
 * `byok-vault/server`: what a platform mounts in its own API and workers. Node 24; it asks for @redis/client, @trpc/server, bullmq,
 * pino, prom-client and zod as peers, which a page that only embeds the vault does not need. In a few lines:
 *
 * ```ts
 * const core = await loadPlatform();                       // PLATFORM_TOKEN_SECRET, see docs/integration.md
 * const log = makeLog((text) => core.redact(text), (line) => process.stdout.write(line));
 * const { platform, cache, metrics } = makeServices({ core, log, redis: new Redis({ url }) });
 * const byok = makeApi({ platform, log, origins: ['https://app.example.com', 'https://vault.example.com'],
 *   user: (req) => session.of(req) });                     // your own sessions
 * // http.createServer((req, res) => req.url.startsWith('/byok/') ? byok(req, res) : yours(req, res))
 * ```
 */
import { loadCore } from './core.ts';
import { useSecretsOf } from './secrets.ts';
import type { PlatformCore } from '../web/core/platform.ts';

/**
 * Loads the core and gives it the platform's secrets.
 * @param env where PLATFORM_TOKEN_SECRET, PLATFORM_TOKEN_SECRET_FILE or BYOK_SEAL_SECRET stands: 64 hex characters, several with commas
 * between; the first seals, all open. The variables are removed from it, so that neither a crash report nor a child process gets them.
 * @throws SecretProblem, whose message says what is wrong and never what the value is (E16).
 */
export async function loadPlatform(env: NodeJS.ProcessEnv = process.env): Promise<PlatformCore> {
  const core = await loadCore(new URL('./platform.wasm.br', import.meta.url));
  useSecretsOf(env, (hexSecrets) => {
    core.useSecrets(hexSecrets);
  });
  return core;
}

export { SecretProblem } from './secrets.ts';
export { VaultError, type VaultErrorCode } from '../web/core/errors.ts';
export type { PlatformCore } from '../web/core/platform.ts';
export type { Credential, Receipt, RouteReason } from '../web/core/route.ts';
export type { LockReason, Verdict } from '../web/core/types.ts';

export { makeServices, type Services, type ServicesOptions } from './services.ts';
export { makeApi, apiPath, type ApiOptions, type FindUser, type Handler } from './api.ts';
export { makeRouter, type AppRouter, type CallContext, type HostUser, type Platform } from './router.ts';
export { sealedKeyOf, sealedKeysOf } from './sealed-headers.ts';
export { forwardedAddress } from './proxy.ts';

export { ByokCache, type AdmitKeys, type CacheOptions, type CacheRead } from './cache/cache.ts';
export type { Entry, KeyStore } from './cache/store.ts';
export { makeMemoryStore, type MemoryStoreOptions } from './cache/memory-store.ts';
export { makeRedisStore } from './cache/redis-store.ts';
export { Redis, type RedisOptions } from './redis/connection.ts';
export { makeLimiter, type Limiter, type LimiterOptions } from './limiter.ts';
export { defaultLimits, type LimitSettings } from './limits.ts';

export { makeLog, makeLineFilter, type Log, type LogFields } from './log.ts';
export { makeMetrics, type Metrics } from './telemetry/metrics.ts';
export { makeTelemetry } from './telemetry/platform-telemetry.ts';
export { noTelemetry, type ClientEvent, type MissReason, type Telemetry } from './telemetry/telemetry.ts';
export { checkHealth, type Health } from './health.ts';
export { checkProcess, type ProcessHealth, type ProcessParts } from './process-health.ts';
export { startAdmin, type Admin, type AdminOptions } from './admin.ts';

export { receiptsInMemory } from './receipts/receipts-map.ts';
export { receiptsInRedis } from './receipts/receipts-redis.ts';
export { remoteDesk, remoteWorker, type JobDesk, type PipelineOptions } from './jobs/pipeline.ts';
export {
  LlmRouter,
  type LlmRouterOptions,
  type RoutedAnswer,
  type RoutedJob,
  type ServerKeyUse,
} from './router/llm-router.ts';
export { ServerKeys, takeServerKeys } from './router/server-keys.ts';
export { makeRunner, type JobOwner, type JobRunnerOptions, type RunJob } from './jobs/run.ts';
export type { JobPolicy, JobState } from './jobs/request.ts';
export type { Receipts, StoredReceipt } from './receipts/receipts.ts';
