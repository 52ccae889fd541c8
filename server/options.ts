/** The command line and the environment of the demo server. */
import { parseArgs } from 'node:util';
import { defaultLimits, type LimitSettings } from './limits.ts';

export interface MainOptions {
  readonly port: number;
  readonly sandbox: boolean;
  /** Origins that may embed the vault; null = the demo app's alone. */
  readonly apps: readonly string[] | null;
  readonly plainFields: boolean;
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
  const port = Number(values.port);
  if (!/^\d+$/.test(values.port) || port < 1 || port > 65_534) {
    throw new OptionProblem('--port takes a number from 1 to 65534');
  }
  return {
    port,
    sandbox: values.sandbox,
    apps: appsOf(env['BYOK_APPS'] ?? ''),
    plainFields: switchOf(env, 'BYOK_PLAIN_FIELDS'),
    limits: limitsOf(env),
  };
}

/** They become part of a header, so each must be an origin and nothing more. */
function appsOf(list: string): string[] | null {
  const apps = list
    .split(',')
    .map((each) => each.trim())
    .filter((each) => each !== '');
  for (const app of apps) {
    const url = URL.parse(app);
    if (url?.origin !== app || !/^https?:$/.test(url.protocol)) {
      throw new OptionProblem('BYOK_APPS takes origins with commas between, such as https://app.example.com');
    }
  }
  return apps.length > 0 ? apps : null;
}

function switchOf(env: NodeJS.ProcessEnv, name: string): boolean {
  const value = env[name] ?? '0';
  if (value !== '0' && value !== '1') throw new OptionProblem(`${name} takes 1 or 0`);
  return value === '1';
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
