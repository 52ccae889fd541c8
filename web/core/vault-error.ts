/**
 * What a call is refused with. Apart from the table of all codes (errors.ts), which a page has once: its workers are told the names
 * that go with the core's numbers when they start, in place of 650 bytes in each of them.
 */
import type { statusCodes } from './errors.ts';

export type StatusName = keyof typeof statusCodes;

/** Why a call was refused, e.g. `wrong_password`. What each means stands in include/byok/status.h and docs/integration.md. */
export type VaultErrorCode = Exclude<StatusName, 'ok'>;

/** The only thing that the vault's promises reject with. The message is the code: no error ever carries a value. */
export class VaultError extends Error {
  readonly code: VaultErrorCode;

  constructor(code: VaultErrorCode) {
    super(code);
    this.name = 'VaultError';
    this.code = code;
  }
}

let known: Readonly<Record<string, number>> = {};

/** Once, before the core is asked anything. Importing errors.ts does it. */
export function useStatusNames(codes: Readonly<Record<string, number>>): void {
  known = codes;
}

/** The name of a status number from the core; `internal` for a number that is not in the table. */
export function statusName(status: number): StatusName {
  const found = Object.entries(known).find(([, number]) => number === status);
  return (found?.[0] ?? 'internal') as StatusName;
}

/** The error of a status number other than ok. */
export function errorOf(status: number): VaultError {
  return new VaultError(statusName(status) as VaultErrorCode);
}
