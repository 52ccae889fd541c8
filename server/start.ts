/** Puts the two origins together: the demo app's, and the vault's own. */
import type { Core } from './core.ts';
import { makeApi, type Handler } from './api.ts';
import { appHeaders, vaultHeaders } from './headers.ts';
import { makePlatform } from './key-test.ts';
import type { LimitSettings } from './limits.ts';
import type { Log } from './log.ts';
import { listen, type Origin } from './origin.ts';
import type { Sandbox } from './sandbox/sandbox.ts';
import { demoUser } from './session.ts';
import { jsonFile, type Site } from './site.ts';

export interface StartOptions {
  readonly core: Core;
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
  /** Milliseconds since 1970. */
  readonly now?: () => number;
  readonly log: Log;
}

export interface Running {
  readonly app: string;
  readonly vault: string;
  close(): Promise<void>;
}

export async function start(options: StartOptions): Promise<Running> {
  const { core, port, sandbox, log } = options;
  const open: (Origin | Sandbox)[] = sandbox === null ? [] : [sandbox];
  const close = async (): Promise<void> => {
    await Promise.all(open.map((each) => each.close()));
  };
  try {
    const app = await listen(port);
    open.push(app);
    const vault = await listen(port === 0 ? 0 : port + 1);
    open.push(vault);

    const appOrigin = `http://localhost:${String(app.port)}`;
    const vaultOrigin = `http://localhost:${String(vault.port)}`;
    const apps = options.apps ?? [appOrigin];
    const config = { apps, sandbox: sandbox !== null, plainFields: options.plainFields ?? false };
    const secure = apps.every((origin) => origin.startsWith('https:'));
    const api = makeApi({
      platform: makePlatform({ core, reroute: sandbox?.reroute, limits: options.limits, now: options.now }),
      user: (req, res) => demoUser(core, req, res, secure),
      origins: [...new Set([appOrigin, ...apps, vaultOrigin])],
      log,
    });
    const visit: Handler = (req, res) => void demoUser(core, req, res, secure);
    app.open({
      headers: appHeaders(vaultOrigin),
      hosts: [appOrigin, ...apps].map(hostOf),
      site: options.appSite,
      api,
      visit,
      log,
    });
    vault.open({
      headers: vaultHeaders(apps),
      hosts: [hostOf(vaultOrigin)],
      site: new Map([...options.vaultSite, ['/config.json', jsonFile(config)]]),
      api,
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
