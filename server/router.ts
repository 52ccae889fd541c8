/**
 * The procedures of the platform, mounted under /byok/. This module uses nothing of Node, so that a page can import the
 * type {@link AppRouter}.
 */
import { initTRPC } from '@trpc/server';
import { z } from 'zod';
import { VaultError } from '../web/core/errors.ts';
import { lockReasons, type Verdict } from '../web/core/types.ts';
import type { OfferReason, PlatformUser } from '../web/vault/api.ts';
import type { StoredReceipt } from './receipts/receipts.ts';
import type { ClientEvent } from './telemetry/telemetry.ts';
import { wireErrorOf } from './wire-errors.ts';

/** Who is signed in, as the host says. */
export interface HostUser extends PlatformUser {
  /** Why this user's own keys are not used at present (E7); left out where they are. Stored keys stay in the vault, whose panel says so. */
  readonly notOffered?: OfferReason | undefined;
}

/** Who calls, and the sealed keys that came with the call. */
export interface CallContext {
  readonly user: HostUser | null;
  /** The bytes of the header X-BYOK-Key; null where it is missing or not base64url. */
  readonly sealed: Uint8Array | null;
  /** What the header X-BYOK-Keys holds, by provider; null where it is missing or not of its form. */
  readonly sealedKeys: ReadonlyMap<string, Uint8Array> | null;
  /** The caller's network address; counted, never stored with anything else. */
  readonly address: string;
}

export interface KeyTestRequest {
  readonly user: string;
  readonly address: string;
  readonly provider: string;
  readonly sealed: Uint8Array;
}

export interface CacheRequest {
  readonly user: string;
  readonly address: string;
  readonly sealed: ReadonlyMap<string, Uint8Array>;
}

export interface EventReport {
  readonly user: string;
  readonly address: string;
  readonly events: readonly ClientEvent[];
}

/** What stands behind the procedures. */
export interface Platform {
  /** The public half of what keys are sealed to: base64url of 32 bytes, and its id in hex. */
  platformKey(): { key: string; id: string };
  /** Milliseconds since 1970: the time that `issued` and `expires` of a sealed key are measured by (E39). */
  now(): number;
  /** @throws VaultError rate_limited, clock, expired, sealed_key_refused, unknown_provider. */
  testKey(request: KeyTestRequest): Promise<Verdict>;
  /** @throws VaultError rate_limited, clock, expired, key_cleared, sealed_key_refused, unknown_provider, cache_unavailable. */
  cacheKeys(request: CacheRequest): Promise<{ cached: string[]; ttl: number }>;
  /** @returns milliseconds since 1970. @throws VaultError cache_unavailable. */
  clearKeys(user: string): Promise<number>;
  /** @throws VaultError rate_limited. */
  record(report: EventReport): Promise<void>;
  receipts(user: string): Promise<readonly StoredReceipt[]>;
}

const trpc = initTRPC.context<CallContext>().create({
  isDev: false,
  sse: { enabled: false },
  errorFormatter: ({ error }) => wireErrorOf(error.code, error.cause),
});

/** A host's `user(req)` may be written without our types: what has no id is nobody, whatever else it is. */
export function isSomeone(user: HostUser | null): user is HostUser {
  const id: unknown = (user as Partial<HostUser> | null | undefined)?.id;
  return typeof id === 'string' && id !== '';
}

const signedIn = trpc.procedure.use(({ ctx, next }) => {
  const { user } = ctx;
  if (!isSomeone(user)) throw new VaultError('not_allowed');
  return next({ ctx: { ...ctx, user } });
});

/** For what would use a key. */
const offered = signedIn.use(({ ctx, next }) => {
  if (ctx.user.notOffered !== undefined) throw new VaultError('not_offered');
  return next();
});

/** The form of a provider's name; whether there is one of that name, the core says. */
const providerInput = z.strictObject({ provider: z.string().regex(/^[a-z0-9_-]{1,32}$/) });

/** Closed lists only, or the form of a provider's name, of which the catalogue's alone are counted: nothing that a vault reports is kept as a text. */
const eventsInput = z
  .array(
    z.discriminatedUnion('event', [
      z.strictObject({ event: z.literal('vault_locked'), reason: z.enum(lockReasons) }),
      z.strictObject({ event: z.literal('unlock_failed') }),
      providerInput.extend({ event: z.literal('key_stored') }),
    ]),
  )
  .min(1)
  .max(20);

// eslint-disable-next-line @typescript-eslint/explicit-module-boundary-types -- AppRouter is what tRPC infers
export function makeRouter(platform: Platform) {
  return trpc.router({
    /** The platform's public key, fetched by the vault at each unlock. */
    platformKey: trpc.procedure.query(() => platform.platformKey()),

    /** Whom keys will be used for, why they are not (E7), and the platform's time. */
    whoami: signedIn.query(({ ctx: { user } }) => ({
      id: user.id,
      name: user.name,
      notOffered: user.notOffered ?? null,
      now: platform.now(),
    })),

    /** Tests the key sealed in X-BYOK-Key. Act on `verdict`; `valid` is true for the verdict `valid` alone. */
    testByokKey: offered.input(providerInput).mutation(async ({ ctx, input }) => {
      if (ctx.sealed === null) throw new VaultError('bad_argument');
      const { provider } = input;
      const verdict = await platform.testKey({
        user: ctx.user.id,
        address: ctx.address,
        provider,
        sealed: ctx.sealed,
      });
      return { valid: verdict === 'valid', verdict, provider };
    }),

    /** Caches the keys sealed in X-BYOK-Keys for jobs, all or none. `ttl`: seconds until the first of them ends. */
    cacheByokKeys: offered.mutation(async ({ ctx }) => {
      if (ctx.sealedKeys === null) throw new VaultError('bad_argument');
      const { user, address, sealedKeys: sealed } = ctx;
      return await platform.cacheKeys({ user: user.id, address, sealed });
    }),

    /** Removes the user's cached keys; keys sealed up to `at` are refused from now on, also those still on their way (E33). */
    clearByokKeys: signedIn.mutation(async ({ ctx }) => ({ at: await platform.clearKeys(ctx.user.id) })),

    /** Whose key served the user's last jobs, newest first. */
    receipts: signedIn.query(async ({ ctx }) => ({ receipts: await platform.receipts(ctx.user.id) })),

    /** Counts what happened in a vault. */
    recordByokEvents: signedIn.input(eventsInput).mutation(async ({ ctx, input }) => {
      await platform.record({ user: ctx.user.id, address: ctx.address, events: input });
      return { recorded: input.length };
    }),
  });
}

/** For a client's types: `createTRPCClient<AppRouter>`. */
export type AppRouter = ReturnType<typeof makeRouter>;
