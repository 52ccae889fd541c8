/** A whole server for a test: both origins on free ports, what it logged, clients, and sealed keys for its users. */
import { createTRPCClient, httpLink, TRPCClientError, type TRPCClient } from '@trpc/client';
import { randomBytes } from 'node:crypto';
import { loadCore } from '../core.ts';
import { makeLog } from '../log.ts';
import type { AppRouter } from '../router.ts';
import type { Sandbox } from '../sandbox/sandbox.ts';
import { fileOf, type Site } from '../site.ts';
import { start, type StartOptions } from '../start.ts';
import { sealForPlatform, type SealRequest } from './seal.ts';

export const wasmFile = new URL('../../build/wasm/platform.wasm', import.meta.url);
export const fixtures = new URL('../../tests/fixtures/providers/', import.meta.url);

export function hexSecret(): Uint8Array {
  return Buffer.from(randomBytes(32).toString('hex'));
}

export async function testCore(secrets: Uint8Array[] = [hexSecret()]): ReturnType<typeof loadCore> {
  const core = await loadCore(wasmFile);
  core.useSecrets(secrets);
  return core;
}

/** Sends every call to a server of the test. */
export function divert(target: string): Sandbox {
  return { reroute: () => target, close: () => Promise.resolve() };
}

function site(title: string): Site {
  const html = Buffer.from(`<!doctype html><title>${title}</title>`);
  return new Map([
    ['/', fileOf(html, 'text/html; charset=utf-8', false)],
    ['/import.html', fileOf(html, 'text/html; charset=utf-8', false)],
    ['/app-0123456789ab.js', fileOf(Buffer.from('export {};'), 'text/javascript; charset=utf-8', true)],
  ]);
}

export interface TestVisitor {
  readonly id: string;
  readonly cookie: string;
  readonly client: TRPCClient<AppRouter>;
  /** Seals for this user, this platform and its time unless told otherwise. @returns base64url. */
  seal(request: Partial<SealRequest> & Pick<SealRequest, 'provider' | 'key'>): Promise<string>;
  /** A client that sends these headers, too. */
  clientWith(headers: Record<string, string>): TRPCClient<AppRouter>;
  /** `cacheByokKeys` with these sealed keys in its header. */
  cache(sealed: Record<string, string>): Promise<{ cached: string[]; ttl: number }>;
  /** `testByokKey` with a sealed key in its header. */
  test(provider: string, sealed: string): Promise<{ valid: boolean; verdict: string; provider: string }>;
}

export interface TestPlatform {
  readonly app: string;
  readonly vault: string;
  readonly core: Awaited<ReturnType<typeof testCore>>;
  readonly logged: string[];
  visitor(): Promise<TestVisitor>;
  close(): Promise<void>;
}

export async function startPlatform(options: Partial<StartOptions> = {}): Promise<TestPlatform> {
  const core = await testCore();
  const logged: string[] = [];
  const log = makeLog(
    (text) => core.redact(text),
    (line) => logged.push(line),
  );
  const running = await start({
    core,
    port: 0,
    sandbox: null,
    appSite: site('App'),
    vaultSite: site('Vault'),
    log,
    ...options,
  });
  return { ...running, core, logged, visitor: () => visit(running.vault, core.publicKey().key) };
}

/** Someone new, with a cookie from their first page. */
async function visit(origin: string, platform: Uint8Array): Promise<TestVisitor> {
  const page = await fetch(`${origin}/`);
  const [setCookie = ''] = page.headers.getSetCookie();
  const [cookie = ''] = setCookie.split(';', 1);
  const clientWith = (headers: Record<string, string>): TRPCClient<AppRouter> =>
    createTRPCClient<AppRouter>({
      links: [httpLink({ url: `${origin}/byok`, headers: { cookie, ...headers } })],
    });
  const client = clientWith({});
  const { id } = await client.whoami.query();
  return {
    id,
    cookie,
    client,
    async seal(request) {
      const sealed = await sealForPlatform({ platform, user: id, ...request });
      return Buffer.from(sealed).toString('base64url');
    },
    clientWith,
    cache: (sealed) => clientWith({ 'X-BYOK-Keys': JSON.stringify(sealed) }).cacheByokKeys.mutate(),
    test: (provider, sealed) => clientWith({ 'X-BYOK-Key': sealed }).testByokKey.mutate({ provider }),
  };
}

/** The code that a call was refused with. */
export async function refusal(call: Promise<unknown>): Promise<string> {
  try {
    await call;
  } catch (error) {
    if (error instanceof TRPCClientError) return error.message;
    throw error;
  }
  return 'not refused';
}
