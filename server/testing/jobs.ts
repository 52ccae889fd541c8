/** The way of a job for a test: a cache with sealed keys in it, a router, and what was told on the way. */
import type { RouteReason } from '../../web/core/route.ts';
import { ByokCache } from '../cache/cache.ts';
import { makeMemoryStore } from '../cache/memory-store.ts';
import { callOf } from '../jobs/call.ts';
import type { ChatRequest, JobPolicy } from '../jobs/request.ts';
import type { Reroute } from '../provider-call.ts';
import { LlmRouter, type LlmRouterOptions, type RoutedAnswer } from '../router/llm-router.ts';
import { ServerKeys } from '../router/server-keys.ts';
import { noTelemetry, type Telemetry } from '../telemetry/telemetry.ts';
import { testCore } from './platform.ts';
import { sealForPlatform } from './seal.ts';

export const byUser: JobPolicy = { credential: 'user', fallback: 'server' };
export const userOnly: JobPolicy = { credential: 'user', fallback: 'never' };
export const byServer: JobPolicy = { credential: 'server', fallback: 'server' };

export interface Told {
  readonly fellBack: [string, string, RouteReason][];
  readonly errors: [string, string][];
  readonly requested: [string, string][];
  readonly missed: [string, string, string][];
  readonly metered: { user: string; provider: string }[];
  /** Calls that were counted, by provider. */
  readonly serverCalls: string[];
}

export interface JobRig {
  readonly core: Awaited<ReturnType<typeof testCore>>;
  readonly cache: ByokCache;
  readonly told: Told;
  readonly telemetry: Telemetry;
  /** Milliseconds that the router waited, in turn; it does not really wait. */
  readonly waited: number[];
  /** The cached keys that the router was given, each as it is now. */
  readonly lent: Uint8Array[];
  readonly router: LlmRouter;
  /** Seals a key for a job and caches it. */
  cacheKey(user: string, provider: string, key: string, life?: number): Promise<void>;
  chat(
    user: string,
    policy: JobPolicy,
    request?: Partial<ChatRequest>,
    onText?: (text: string) => void,
  ): Promise<RoutedAnswer>;
}

export interface JobRigOptions extends Partial<Omit<LlmRouterOptions, 'serverKeys' | 'core'>> {
  readonly serverKeys?: Readonly<Record<string, string>>;
  readonly now?: () => number;
  readonly reroute?: Reroute;
}

/** @param options the provider's address, the platform's keys by provider, and doubles. */
export async function makeJobRig(options: JobRigOptions = {}): Promise<JobRig> {
  const { serverKeys = {}, now = Date.now, ...routing } = options;
  const core = await testCore();
  const told: Told = { fellBack: [], errors: [], requested: [], missed: [], metered: [], serverCalls: [] };
  const telemetry: Telemetry = {
    ...noTelemetry,
    calledWithServerKey: (provider) => told.serverCalls.push(provider),
    fellBack: (...args) => told.fellBack.push(args),
    providerError: (...args) => told.errors.push(args),
    requested: (...args) => told.requested.push(args),
    missed: (...args) => told.missed.push(args),
  };
  const cache = new ByokCache({ core, store: makeMemoryStore(), telemetry, now });
  const waited: number[] = [];
  const lent: Uint8Array[] = [];
  const watched = {
    async get(user: string, provider: string) {
      const read = await cache.get(user, provider);
      if (read.kind === 'hit') lent.push(read.key);
      return read;
    },
    drop: cache.drop.bind(cache),
  };
  const keys = Object.entries(serverKeys).map(([id, key]): [string, Uint8Array] => [id, Buffer.from(key)]);
  const router = new LlmRouter({
    core,
    cache: watched,
    serverKeys: new ServerKeys(new Map(keys)),
    telemetry,
    metered: (use) => told.metered.push(use),
    wait: (ms) => Promise.resolve(waited.push(ms)),
    ...routing,
  });
  return {
    core,
    cache,
    told,
    telemetry,
    waited,
    lent,
    router,
    async cacheKey(user, provider, key, life = 300_000) {
      const platform = core.publicKey().key;
      const issued = now();
      const sealed = await sealForPlatform({ platform, user, provider, key, purpose: 'job', issued, life });
      await cache.put(user, new Map([[provider, sealed]]));
    },
    async chat(user, policy, request = {}, onText) {
      const call = await callOf(core, {
        kind: 'chat',
        provider: 'openai',
        messages: [{ role: 'user', text: 'Hello' }],
        ...request,
      });
      return await router.run({ user, policy, call, onText });
    },
  };
}
