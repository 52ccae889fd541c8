/** The command lines and the environment of the demo server, and of the API as a process of its own. */
import { parseArgs } from 'node:util';
import { offerReasons, type OfferReason } from '../web/vault/api.ts';
import { defaultLimits, type LimitSettings } from './limits.ts';

export interface MainOptions {
  readonly port: number;
  readonly sandbox: boolean;
  /** Origins that may embed the vault; null = the demo app's alone. */
  readonly apps: readonly string[] | null;
  readonly plainFields: boolean;
  readonly notOffered: OfferReason | undefined;
  readonly limits: LimitSettings;
}

export interface ApiProcessOptions {
  readonly port: number;
  readonly adminPort: number;
  readonly sandbox: boolean;
  /** Origins whose pages may call: those of the apps and the vault's. */
  readonly origins: readonly string[];
  readonly cookieDomain: string | null;
  /** The platform's own proxy stands in front and says where requests come from. */
  readonly behindProxy: boolean;
  readonly notOffered: OfferReason | undefined;
  readonly limits: LimitSettings;
}

/** Says which option is wrong and what it takes. */
export class OptionProblem extends Error {}

/** @throws OptionProblem */
export function readOptions(args: readonly string[], env: NodeJS.ProcessEnv): MainOptions {
  let values;
  try {
    ({ values } = parseArgs({
      args: [...args],
      options: { port: { type: 'string', default: '8080' }, sandbox: { type: 'boolean', default: false } },
    }));
  } catch {
    throw new OptionProblem('Options: --port N (the app; the vault takes the next port), --sandbox');
  }
  return {
    port: portOf(values.port, '--port', 65_534),
    sandbox: values.sandbox,
    apps: originsOf(env, 'BYOK_APPS'),
    plainFields: switchOf(env, 'BYOK_PLAIN_FIELDS'),
    notOffered: offerOf(env),
    limits: limitsOf(env),
  };
}

/** @throws OptionProblem */
export function readApiOptions(args: readonly string[], env: NodeJS.ProcessEnv): ApiProcessOptions {
  let values;
  try {
    ({ values } = parseArgs({
      args: [...args],
      options: {
        port: { type: 'string', default: '8090' },
        'admin-port': { type: 'string', default: '9464' },
        sandbox: { type: 'boolean', default: false },
      },
    }));
  } catch {
    throw new OptionProblem('Options: --port N, --admin-port N (/metrics and /healthz), --sandbox');
  }
  const origins = originsOf(env, 'BYOK_ORIGINS');
  if (origins === null)
    throw new OptionProblem(
      "BYOK_ORIGINS is not set: the origins of the apps and the vault's, with commas between",
    );
  const domain = env['BYOK_COOKIE_DOMAIN'] ?? '';
  if (!/^([a-z0-9-]+(\.[a-z0-9-]+)+)?$/.test(domain))
    throw new OptionProblem('BYOK_COOKIE_DOMAIN takes a domain such as example.com');
  return {
    port: portOf(values.port, '--port', 65_535),
    adminPort: portOf(values['admin-port'], '--admin-port', 65_535),
    sandbox: values.sandbox,
    origins,
    cookieDomain: domain === '' ? null : domain,
    behindProxy: switchOf(env, 'BYOK_BEHIND_PROXY'),
    notOffered: offerOf(env),
    limits: limitsOf(env),
  };
}

export interface WorkerProcessOptions {
  readonly adminPort: number;
  readonly sandbox: boolean;
}

/** @throws OptionProblem */
export function readWorkerOptions(args: readonly string[]): WorkerProcessOptions {
  let values;
  try {
    ({ values } = parseArgs({
      args: [...args],
      options: {
        'admin-port': { type: 'string', default: '9466' },
        sandbox: { type: 'boolean', default: false },
      },
    }));
  } catch {
    throw new OptionProblem('Options: --admin-port N (/metrics and /healthz), --sandbox');
  }
  return { adminPort: portOf(values['admin-port'], '--admin-port', 65_535), sandbox: values.sandbox };
}

function portOf(text: string, option: string, most: number): number {
  const port = Number(text);
  if (!/^\d+$/.test(text) || port < 1 || port > most)
    throw new OptionProblem(`${option} takes a number from 1 to ${String(most)}`);
  return port;
}

/** They become part of a header, so each must be an origin and nothing more. */
function originsOf(env: NodeJS.ProcessEnv, name: string): string[] | null {
  const origins = (env[name] ?? '')
    .split(',')
    .map((each) => each.trim())
    .filter((each) => each !== '');
  for (const origin of origins) {
    const url = URL.parse(origin);
    if (url?.origin !== origin || !/^https?:$/.test(url.protocol)) {
      throw new OptionProblem(`${name} takes origins with commas between, such as https://app.example.com`);
    }
  }
  return origins.length > 0 ? origins : null;
}

function switchOf(env: NodeJS.ProcessEnv, name: string): boolean {
  const value = env[name] ?? '0';
  if (value !== '0' && value !== '1') throw new OptionProblem(`${name} takes 1 or 0`);
  return value === '1';
}

/** Why keys are not used at present, for everyone (E7). */
function offerOf(env: NodeJS.ProcessEnv): OfferReason | undefined {
  const value = env['BYOK_NOT_OFFERED'] ?? '';
  const reason = offerReasons.find((each) => each === value);
  if (value !== '' && reason === undefined)
    throw new OptionProblem(`BYOK_NOT_OFFERED takes one of ${offerReasons.join(', ')}`);
  return reason;
}

function limitsOf(env: NodeJS.ProcessEnv): LimitSettings {
  const read = (name: string, otherwise: number): number => {
    const value = env[name] ?? String(otherwise);
    if (!/^[1-9]\d{0,8}$/.test(value)) throw new OptionProblem(`${name} takes a whole number from 1`);
    return Number(value);
  };
  return {
    testsPerMinute: read('BYOK_TESTS_PER_MINUTE', defaultLimits.testsPerMinute),
    keysPerDay: read('BYOK_KEYS_PER_DAY', defaultLimits.keysPerDay),
    invalidPerHour: read('BYOK_INVALID_PER_HOUR', defaultLimits.invalidPerHour),
  };
}
