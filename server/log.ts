/** The server's only way to write a line: JSON, of listed fields, scrubbed by the core before it leaves the process. */
import type { Core } from './core.ts';

/** Everything that may be logged. Names and codes of closed lists; no user, no address, no text of an error. */
export interface LogFields {
  readonly event: 'refused' | 'failed' | 'stopped' | 'sandbox';
  readonly code?: string;
  readonly procedure?: string;
}

export type Log = (fields: LogFields) => void;

export function makeLog(redact: Core['redact'], write: (line: string) => void): Log {
  return ({ event, code, procedure }) => {
    const line = JSON.stringify({ time: new Date().toISOString(), event, code, procedure });
    write(`${redact(line)}\n`);
  };
}

/** The `code` of an error of Node or of ours; never its message, which can quote what it failed on. */
export function codeOf(error: unknown): string {
  const code: unknown =
    typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
  return typeof code === 'string' && /^[A-Za-z_]{1,64}$/.test(code) ? code : 'unknown';
}
