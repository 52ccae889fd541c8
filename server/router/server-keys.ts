/** The platform's own keys: BYOK_SERVER_KEY_OPENAI and its kin, one a provider of the catalogue. */
import { OptionProblem } from '../options.ts';

const prefix = 'BYOK_SERVER_KEY_';

/** Keys as bytes, each for its own provider: callProvider sends it to that provider's host in the catalogue, and to no other. */
export class ServerKeys {
  readonly #keys: ReadonlyMap<string, Uint8Array>;

  constructor(keys: ReadonlyMap<string, Uint8Array>) {
    this.#keys = keys;
  }

  /** @returns the one copy there is, which nobody changes; undefined where there is none for this provider. */
  get(provider: string): Uint8Array | undefined {
    return this.#keys.get(provider);
  }
}

/**
 * Takes the keys out of `env`: a crash report prints the environment, and a child process inherits it.
 * @param providers the ids of the catalogue.
 * @throws OptionProblem for a name that is no provider's and for a value that can't be a key, without the value.
 */
export function takeServerKeys(env: NodeJS.ProcessEnv, providers: readonly string[]): ServerKeys {
  const ids = new Map(providers.map((id) => [prefix + id.toUpperCase(), id]));
  const given = Object.entries(env).filter(([name]) => name.startsWith(prefix));
  for (const [name] of given) Reflect.deleteProperty(env, name);
  const keys = new Map<string, Uint8Array>();
  for (const [name, value = ''] of given) {
    const id = ids.get(name);
    if (id === undefined)
      throw new OptionProblem(`${prefix}… takes a provider's id in capitals: ${[...ids.keys()].join(', ')}`);
    if (!/^[\x21-\x7e]{1,512}$/.test(value)) {
      throw new OptionProblem(`${name} takes a key: up to 512 visible ASCII characters, without blanks`);
    }
    keys.set(id, new TextEncoder().encode(value));
  }
  return new ServerKeys(keys);
}
