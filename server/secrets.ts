/**
 * PLATFORM_TOKEN_SECRET: from the environment or a file, to the core, and out of sight (E16).
 *
 * Of the environment's variables the first that is set counts: BYOK_SEAL_SECRET, PLATFORM_TOKEN_SECRET_FILE,
 * PLATFORM_TOKEN_SECRET. The value is 64 hex characters; to retire a secret, write the new one in front of it with a comma between:
 * the first seals, all open.
 */
import { readFileSync } from 'node:fs';
import { VaultError } from '../web/core/errors.ts';

const names = ['BYOK_SEAL_SECRET', 'PLATFORM_TOKEN_SECRET_FILE', 'PLATFORM_TOKEN_SECRET'] as const;

/** Says what is wrong and what to do; never holds a secret or a part of one. */
export class SecretProblem extends Error {}

const explanations: Record<string, string> = {
  secret_missing: 'is not set',
  secret_wrong_length: 'must be exactly 64 characters long',
  secret_not_hex: 'must consist of the characters 0-9 and a-f only',
  secret_weak: 'repeats one byte over and over, so anyone can guess it',
};

function problem(what: string): SecretProblem {
  return new SecretProblem(
    `PLATFORM_TOKEN_SECRET ${what}.\n` +
      "It is the secret that users' keys are sealed to: 64 hex characters (32 random bytes).\n" +
      'Make one with "openssl rand -hex 32", and give it to every process of the platform, in the environment variable\n' +
      'PLATFORM_TOKEN_SECRET or in a file named by PLATFORM_TOKEN_SECRET_FILE. ./run.sh makes one by itself.',
  );
}

/**
 * Hands the secrets to `use` and wipes what can be wiped. The variables are removed from `env`: a crash report prints
 * the environment, and a child process inherits it.
 * @param use throws VaultError secret_* for a secret that it refuses.
 * @throws SecretProblem
 */
export function useSecretsOf(env: NodeJS.ProcessEnv, use: (hexSecrets: Uint8Array[]) => void): void {
  const bytes = readSecret(env);
  const secrets = splitAtCommas(bytes);
  try {
    use(secrets);
  } catch (error) {
    const explanation = error instanceof VaultError ? explanations[error.code] : undefined;
    throw problem(explanation ?? 'could not be used');
  } finally {
    bytes.fill(0);
  }
}

function readSecret(env: NodeJS.ProcessEnv): Uint8Array {
  const values = names.map((name) => env[name]);
  for (const name of names) Reflect.deleteProperty(env, name);
  const [own, file, shared] = values;
  if (own !== undefined && own !== '') return new TextEncoder().encode(own);
  if (file !== undefined && file !== '') {
    try {
      return readFileSync(file);
    } catch {
      throw problem('could not be read from the file that PLATFORM_TOKEN_SECRET_FILE names');
    }
  }
  return new TextEncoder().encode(shared ?? '');
}

/** Views into `bytes`, without the blanks and line ends around each. An empty text is one empty secret. */
function splitAtCommas(bytes: Uint8Array): Uint8Array[] {
  const isBlank = (byte: number | undefined): boolean =>
    byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;
  const parts: Uint8Array[] = [];
  for (let start = 0; start <= bytes.length;) {
    const comma = bytes.indexOf(0x2c, start);
    const next = comma === -1 ? bytes.length : comma;
    let end = next;
    while (start < end && isBlank(bytes[start])) start += 1;
    while (end > start && isBlank(bytes[end - 1])) end -= 1;
    parts.push(bytes.subarray(start, end));
    start = next + 1;
  }
  return parts;
}
