/**
 * What keeps keys out of each sink, and how it is switched off. With any of them off, the matrix must find keys in that sink: a check
 * that can't fail is no check. Where two walls stand one behind the other, both are taken away.
 */
import type { Edit } from './edits.ts';
import type { SinkName } from './sinks.ts';

export interface Filter {
  readonly name: string;
  /** Of our own programs and of nginx's files. */
  readonly edits: readonly Edit[];
  /** Where keys must be found without it. */
  readonly sinks: readonly SinkName[];
}

export const filters: readonly Filter[] = [
  {
    name: 'sealing',
    // The client sends the key as it is; see client.ts.
    edits: [],
    sinks: ['network nginx to API'],
  },
  {
    name: 'access log format',
    edits: [{ file: 'deploy/nginx/byok/log.conf', from: 'byok.log byok;', to: 'byok.log combined;' }],
    sinks: ['nginx access log'],
  },
  {
    name: 'error log level',
    edits: [{ file: 'deploy/nginx/byok/http.conf', from: ' emerg;', to: ' info;' }],
    sinks: ['nginx error log'],
  },
  {
    name: 'scrub of log lines',
    edits: [{ file: 'server/log.ts', from: 'redact(line.trimEnd())', to: 'line.trimEnd()' }],
    sinks: ['API output', 'worker output'],
  },
  {
    name: 'messages of errors',
    edits: [
      {
        file: 'server/router.ts',
        from: 'errorFormatter: ({ error }) => wireErrorOf(error.code, error.cause)',
        to: 'errorFormatter: ({ shape }) => shape',
      },
    ],
    sinks: ['replies'],
  },
  {
    name: 'box of the cache',
    edits: [
      {
        file: 'web/core/platform.ts',
        from: "...(readFacts(facts) as Omit<CachedKey, 'bytes'>), bytes }",
        to: "...(readFacts(facts) as Omit<CachedKey, 'bytes'>), bytes: this.openSealed(sealed, { ...demand, purpose: 'job' }).key }",
      },
    ],
    sinks: ['key cache dump', 'key cache MONITOR', 'key cache SLOWLOG', 'network to the key cache'],
  },
  {
    name: 'answers without their key',
    edits: [
      {
        file: 'server/provider/answer-text.ts',
        from: "return this.#redact(this.#pieces.join(''))",
        to: "return this.#pieces.join('')",
      },
    ],
    sinks: ['queue dump', 'queue AOF', 'queue MONITOR', 'jobs', 'network to the queue', 'states of jobs'],
  },
  {
    name: 'codes in place of errors',
    edits: [
      {
        file: 'server/provider-call.ts',
        from: "redirect: 'error',\n      signal,\n    });\n  } catch {\n    return null;",
        to: "redirect: 'error',\n      signal,\n    });\n  } catch {\n    throw new Error(`refused: ${Buffer.from(key).toString()}`);",
      },
      {
        file: 'server/jobs/run.ts',
        from: "return { state: 'failed', error: error instanceof VaultError ? error.code : 'internal' };",
        to: 'throw error;',
      },
      {
        file: 'server/jobs/bull-worker.ts',
        from: "throw error instanceof CodeError ? error : codeError('internal');",
        to: 'throw error;',
      },
    ],
    // What a job fails with is an argument of its own, short enough for SLOWLOG, which cuts at 128 characters.
    sinks: ['queue SLOWLOG', 'queue AOF', 'jobs'],
  },
  {
    name: 'secrets out of the environment',
    edits: [
      {
        file: 'server/secrets.ts',
        from: 'for (const name of names) Reflect.deleteProperty(env, name);',
        to: '',
      },
    ],
    sinks: ['process.report'],
  },
  {
    name: 'passwords and keys out of the environment',
    edits: [
      {
        file: 'server/boot.ts',
        from: 'for (const name of names) Reflect.deleteProperty(env, name);',
        to: '',
      },
    ],
    sinks: ['process.report'],
  },
  {
    name: 'closed labels',
    edits: [
      {
        file: 'server/router.ts',
        from: 'reason: z.enum(lockReasons)',
        to: 'reason: z.string() as unknown as z.ZodType<never>',
      },
      {
        file: 'server/telemetry/metrics.ts',
        from: 'if (!listed.includes(value)) return;',
        to: '',
      },
    ],
    sinks: ['metrics'],
  },
];
