/** Puts the two origins together: the demo app's, and the vault's own. */
import type { PlatformCore } from '../web/core/platform.ts';
import type { OfferReason } from '../web/vault/api.ts';
import { apiPath, makeApi, type Handler } from './api.ts';
import { demoPath, makeDemoJobs } from './demo/demo-jobs.ts';
import { appHeaders, vaultHeaders } from './headers.ts';
import { localPipeline, remoteDesk, type JobDesk } from './jobs/pipeline.ts';
import type { LimitSettings } from './limits.ts';
import { codeOf, type Log } from './log.ts';
import { listen, type Origin } from './origin.ts';
import { receiptsInMemory } from './receipts/receipts-map.ts';
import type { Redis } from './redis/connection.ts';
import type { HostUser } from './router.ts';
import { ServerKeys } from './router/server-keys.ts';
import type { Sandbox } from './sandbox/sandbox.ts';
import { makeServices } from './services.ts';
import { demoUser } from './session.ts';
import { jsonFile, type Site } from './site.ts';

export interface StartOptions {
  readonly core: PlatformCore;
  /** The app's port; the vault's origin takes the next one. 0 = any two. */
  readonly port: number;
  /** Stand-ins for the providers, closed with the rest; null to call the real ones. */
  readonly sandbox: Sandbox | null;
  readonly appSite: Site;
  readonly vaultSite: Site;
  /** Origins that may embed the vault, where not the demo app alone. */
  readonly apps?: readonly string[];
  /** Secrets are typed into ordinary inputs. */
  readonly plainFields?: boolean;
  readonly limits?: LimitSettings;
  /** Why nobody's own keys are used at present (E7). */
  readonly notOffered?: OfferReason | undefined;
  /** Shared with other processes; without one, cached keys stay in this one. */
  readonly redis?: Redis | null;
  /** QUEUE_REDIS_URL, where jobs wait for workers of their own (worker-main.ts); without it, they run in this process. */
  readonly queueUrl?: string | null;
  /** The platform's own keys, for jobs that run here and may use them. */
  readonly serverKeys?: ServerKeys;
  /** Milliseconds since 1970. */
  readonly now?: () => number;
  readonly log: Log;
}

/** How long calls and then jobs that are under way may go on once the server is to end, in milliseconds. */
const graceMs = 5_000;

export interface Running {
  readonly app: string;
  readonly vault: string;
  close(): Promise<void>;
}

export async function start(options: StartOptions): Promise<Running> {
  const { core, port, sandbox, log } = options;
  const origins: Origin[] = [];
  let jobs: JobDesk | null = null;
  // What is under way goes on to the stand-ins and the queue until it has ended.
  const close = async (): Promise<void> => {
    await Promise.all(origins.map((origin) => origin.close(graceMs)));
    await jobs?.close();
    await sandbox?.close();
  };
  try {
    const app = await listen(port);
    origins.push(app);
    const vault = await listen(port === 0 ? 0 : port + 1);
    origins.push(vault);

    const appOrigin = `http://localhost:${String(app.port)}`;
    const vaultOrigin = `http://localhost:${String(vault.port)}`;
    const apps = options.apps ?? [appOrigin];
    const config = { apps, sandbox: sandbox !== null, plainFields: options.plainFields ?? false };
    const session = {
      secure: apps.every((origin) => origin.startsWith('https:')),
      domain: null,
      notOffered: options.notOffered,
    };
    const { limits, redis, now, serverKeys = new ServerKeys(new Map()) } = options;
    const reroute = sandbox?.reroute;
    const { queueUrl = null } = options;
    const desk =
      queueUrl === null
        ? null
        : remoteDesk(core, queueUrl, (error) => {
            log({ event: 'failed', code: codeOf(error) });
          });
    const receipts = desk?.receipts ?? receiptsInMemory(now);
    const { platform, cache, telemetry } = makeServices({
      core,
      log,
      redis,
      receipts,
      limits,
      reroute,
      now,
    });
    jobs =
      desk ??
      localPipeline(
        {
          core,
          cache,
          telemetry,
          receipts,
          serverKeys,
          metered: ({ user, provider }) => {
            log({ event: 'byok_server_key_used', user, provider });
          },
          reroute,
        },
        graceMs,
      );
    const user = (...call: Parameters<Handler>): HostUser => demoUser(core, ...call, session);
    const api = makeApi({
      platform,
      user,
      origins: [...new Set([appOrigin, ...apps, vaultOrigin])],
      log,
    });
    const demoJobs = makeDemoJobs({
      queue: jobs.queue,
      user,
      origins: [...new Set([appOrigin, ...apps])],
      log,
    });
    const visit: Handler = (req, res) => void user(req, res);
    app.open({
      headers: appHeaders(vaultOrigin),
      hosts: [appOrigin, ...apps].map(hostOf),
      site: options.appSite,
      handlers: new Map([
        [apiPath, api],
        [demoPath, demoJobs],
      ]),
      visit,
      log,
    });
    vault.open({
      headers: vaultHeaders(apps),
      hosts: [hostOf(vaultOrigin)],
      site: new Map([...options.vaultSite, ['/config.json', jsonFile(config)]]),
      handlers: new Map([[apiPath, api]]),
      visit,
      log,
    });
    return { app: appOrigin, vault: vaultOrigin, close };
  } catch (error) {
    await close();
    throw error;
  }
}

function hostOf(origin: string): string {
  return new URL(origin).host;
}
