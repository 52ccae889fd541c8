/**
 * The codes of {@link VaultError}: one table for C++ and TypeScript (include/byok/status.h); wasm/abi.test.ts compares the two.
 * Codes are appended, never renamed.
 */
export const statusCodes = {
  ok: 0,
  bad_argument: 1,
  out_of_memory: 2,
  internal: 3,
  bad_handle: 4,
  locked: 5,
  busy: 6,
  wrong_password: 10,
  password_too_short: 11,
  password_too_long: 12,
  password_common: 13,
  password_not_utf8: 14,
  too_many_attempts: 15,
  header_damaged: 20,
  record_damaged: 21,
  manifest_damaged: 22,
  newer_format: 23,
  kdf_params_refused: 24,
  vault_changed: 25,
  vault_exists: 26,
  no_vault: 27,
  unknown_provider: 30,
  no_key: 31,
  key_empty: 32,
  key_too_long: 33,
  key_bad_character: 34,
  label_refused: 35,
  too_many_records: 36,
  record_unknown: 37,
  draft_unknown: 38,
  clock: 40,
  expired: 41,
  sealed_key_refused: 42,
  user_unconfirmed: 43,
  platform_key_refused: 44,
  purpose_refused: 45,
  app_not_allowed: 46,
  too_many_apps: 47,
  cached_key_refused: 48,
  key_cleared: 49,
  secret_missing: 50,
  secret_wrong_length: 51,
  secret_not_hex: 52,
  secret_weak: 53,
  json_refused: 60,
  no_api_key: 61,
  user_key_missing: 62,
  cache_unavailable: 63,
  user_key_failed: 64,
  request_refused: 65,
  provider_failed: 66,
  worker_lost: 67,
  queue_unavailable: 68,
  job_unknown: 69,
  not_secure_context: 70,
  no_webassembly: 71,
  storage_unavailable: 72,
  storage_full: 73,
  storage_failed: 74,
  superseded: 75,
  worker_failed: 76,
  platform_unreachable: 77,
  platform_refused: 78,
  user_declined: 79,
  not_allowed: 80,
  bad_message: 81,
  rate_limited: 82,
  not_offered: 83,
} as const;

/** Why a call was refused, e.g. `wrong_password`. What each means stands in include/byok/status.h and docs/integration.md. */
export type VaultErrorCode = Exclude<keyof typeof statusCodes, 'ok'>;

/** The only thing that the vault's promises reject with. The message is the code: no error ever carries a value. */
export class VaultError extends Error {
  readonly code: VaultErrorCode;

  constructor(code: VaultErrorCode) {
    super(code);
    this.name = 'VaultError';
    this.code = code;
  }
}

const namesByNumber = new Map<number, keyof typeof statusCodes>(
  Object.entries(statusCodes).map(([name, number]) => [number, name as keyof typeof statusCodes]),
);

/** The name of a status number from the core; `internal` for a number that is not in the table. */
export function statusName(status: number): keyof typeof statusCodes {
  return namesByNumber.get(status) ?? 'internal';
}

/** The error of a status number other than ok. */
export function errorOf(status: number): VaultError {
  return new VaultError(statusName(status) as VaultErrorCode);
}
