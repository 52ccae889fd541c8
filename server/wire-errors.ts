/**
 * The errors that leave the server: a code of the one table, and nothing else. A message of a library can quote the
 * input (zod names unknown fields, V8 quotes malformed JSON, a 404 its path), so none of it is ever passed on.
 */
import { VaultError, type VaultErrorCode } from '../web/core/errors.ts';

/** The codes of tRPC that this server answers with, each with its HTTP status and JSON-RPC number. */
const wireCodes = {
  BAD_REQUEST: { httpStatus: 400, number: -32600 },
  FORBIDDEN: { httpStatus: 403, number: -32003 },
  NOT_FOUND: { httpStatus: 404, number: -32004 },
  METHOD_NOT_SUPPORTED: { httpStatus: 405, number: -32005 },
  PAYLOAD_TOO_LARGE: { httpStatus: 413, number: -32013 },
  UNSUPPORTED_MEDIA_TYPE: { httpStatus: 415, number: -32015 },
  TOO_MANY_REQUESTS: { httpStatus: 429, number: -32029 },
  INTERNAL_SERVER_ERROR: { httpStatus: 500, number: -32603 },
  SERVICE_UNAVAILABLE: { httpStatus: 503, number: -32603 },
} as const;

export type WireCode = keyof typeof wireCodes;

/** What a client reads: `message` is the vault's code, e.g. `expired`; `data` is what tRPC's clients expect. */
export interface WireError {
  readonly message: VaultErrorCode;
  readonly code: number;
  readonly data: { readonly code: WireCode; readonly httpStatus: number };
}

/** The refusals a caller can act on. Any other code of the table that gets this far is our own fault: `internal`. */
const toldCodes: Partial<Record<VaultErrorCode, WireCode>> = {
  bad_argument: 'BAD_REQUEST',
  unknown_provider: 'BAD_REQUEST',
  clock: 'BAD_REQUEST',
  expired: 'BAD_REQUEST',
  sealed_key_refused: 'BAD_REQUEST',
  key_bad_character: 'BAD_REQUEST',
  key_cleared: 'BAD_REQUEST',
  not_allowed: 'FORBIDDEN',
  not_offered: 'FORBIDDEN',
  rate_limited: 'TOO_MANY_REQUESTS',
  cache_unavailable: 'SERVICE_UNAVAILABLE',
};

/** The vault's code for a refusal that has none of its own. */
const generalCodes: Record<WireCode, VaultErrorCode> = {
  BAD_REQUEST: 'bad_argument',
  FORBIDDEN: 'not_allowed',
  NOT_FOUND: 'bad_argument',
  METHOD_NOT_SUPPORTED: 'bad_argument',
  PAYLOAD_TOO_LARGE: 'bad_argument',
  UNSUPPORTED_MEDIA_TYPE: 'bad_argument',
  TOO_MANY_REQUESTS: 'rate_limited',
  INTERNAL_SERVER_ERROR: 'internal',
  SERVICE_UNAVAILABLE: 'cache_unavailable',
};

export function wireError(code: WireCode, message: VaultErrorCode = generalCodes[code]): WireError {
  const { httpStatus, number } = wireCodes[code];
  return { message, code: number, data: { code, httpStatus } };
}

/**
 * @param code the code of the `TRPCError` that was caught
 * @param cause what a procedure threw, if it was that
 */
export function wireErrorOf(code: string, cause: unknown): WireError {
  if (cause instanceof VaultError) {
    const told = toldCodes[cause.code];
    return told === undefined ? wireError('INTERNAL_SERVER_ERROR') : wireError(told, cause.code);
  }
  return wireError(Object.hasOwn(wireCodes, code) ? (code as WireCode) : 'INTERNAL_SERVER_ERROR');
}
