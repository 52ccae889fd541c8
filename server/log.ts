/** The server's only way to write a line: JSON, of listed fields, scrubbed by the core before it leaves the process. */
import { pino } from 'pino';
import type { Core } from './core.ts';

/** Everything that may be logged: words of closed lists, and the host's id of a user. No address, no text of an error, no part of a key. */
export interface LogFields {
  readonly event:
    | 'refused'
    | 'failed'
    | 'stopped'
    | 'sandbox'
    | 'redis_there'
    | 'redis_away'
    | 'byok_key_cached'
    | 'byok_key_retrieved'
    | 'byok_key_expired'
    | 'byok_fallback_server_key'
    | 'byok_server_key_used'
    | 'byok_key_test_success'
    | 'byok_key_test_failed';
  readonly code?: string;
  readonly procedure?: string;
  readonly user?: string;
  readonly provider?: string;
  /** Seconds. */
  readonly ttl?: number;
  readonly reason?: string;
  readonly status?: string;
}

export type Log = (fields: LogFields) => void;

/**
 * For a logger of the host's own: what pino calls `hooks.streamWrite`. It takes whatever is, or looks like, a provider key out of a
 * finished line, also where a field's name gave nothing away. The last scrub and not the only one: log what you chose to log.
 */
export function makeLineFilter(redact: Core['redact']): (line: string) => string {
  return (line) => {
    const clean = redact(line.trimEnd());
    // A line that is too long to be cleaned is not written, and what stands for it is JSON, too.
    return clean.startsWith('{') ? `${clean}\n` : '{"event":"line_left_out"}\n';
  };
}

/** @param redact of the core. @param write takes a line with its line end. */
export function makeLog(redact: Core['redact'], write: (line: string) => void): Log {
  const logger = pino(
    {
      base: null,
      timestamp: () => `,"time":"${new Date().toISOString()}"`,
      formatters: { level: (level) => ({ level }) },
      hooks: { streamWrite: makeLineFilter(redact) },
    },
    { write },
  );
  return ({ event, code, procedure, user, provider, ttl, reason, status }) => {
    const level = event === 'failed' || event === 'stopped' ? 'error' : 'info';
    logger[level]({ event, code, procedure, user, provider, ttl, reason, status });
  };
}

/** The `code` of an error of Node or of ours; never its message, which can quote what it failed on. */
export function codeOf(error: unknown): string {
  const code: unknown =
    typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
  return typeof code === 'string' && /^[A-Za-z_]{1,64}$/.test(code) ? code : 'unknown';
}
