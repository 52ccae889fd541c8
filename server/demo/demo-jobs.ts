/**
 * The demo app's own API: POST /demo/jobs submits a chat, GET /demo/jobs/ID tells of it. Whose the job is and whose key it may
 * use come from the session; a page says whom it wants to ask, and what.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { z } from 'zod';
import { VaultError, type VaultErrorCode } from '../../web/core/errors.ts';
import { maxBodyBytes, refuse, refuseWith, type FindUser, type Handler } from '../api.ts';
import type { JobQueue } from '../jobs/queue.ts';
import type { JobPolicy } from '../jobs/request.ts';
import { codeOf, type Log } from '../log.ts';
import { isSomeone, type HostUser } from '../router.ts';

export const demoPath = '/demo/jobs';

const submission = z.strictObject({
  provider: z.string().regex(/^[a-z0-9_-]{1,32}$/),
  text: z.string().min(1).max(4_000),
});

export interface DemoJobsOptions {
  readonly queue: Pick<JobQueue, 'submit' | 'state'>;
  readonly user: FindUser;
  readonly origins: readonly string[];
  readonly log: Log;
}

/**
 * Whose key a user's jobs may use, as a platform does it that offers its users to bring one and goes on without: the platform's alone
 * where the feature is switched off for them (E7).
 */
function policyFor({ notOffered }: HostUser): JobPolicy {
  return { credential: notOffered === undefined ? 'user' : 'server', fallback: 'server' };
}

/** Any other code that gets this far is our own fault: 500. */
const statuses: Partial<Record<VaultErrorCode, number>> = {
  bad_argument: 400,
  unknown_provider: 400,
  not_allowed: 403,
  job_unknown: 404,
  queue_unavailable: 503,
};

/** @returns a handler for requests whose path starts with {@link demoPath}. */
export function makeDemoJobs(options: DemoJobsOptions): Handler {
  return (req, res) => {
    res.setHeader('Cache-Control', 'no-store');
    const path = req.url ?? '';
    const id = new RegExp(`^${demoPath}/([0-9a-f-]{36})$`).exec(path)?.[1];
    const method = id === undefined ? 'POST' : 'GET';
    const refusal =
      id === undefined && path !== demoPath ? 'NOT_FOUND' : refuse(req, method, options.origins);
    if (refusal !== null) {
      if (refusal === 'METHOD_NOT_SUPPORTED') res.setHeader('Allow', method);
      refuseWith(res, refusal);
      return;
    }
    answer(options, id, req, res).then(
      (body) => {
        send(res, 200, body);
      },
      (error: unknown) => {
        const code = error instanceof VaultError ? error.code : 'internal';
        options.log({
          event: 'refused',
          code: code === 'internal' ? codeOf(error) : code,
          procedure: 'jobs',
        });
        send(res, statuses[code] ?? 500, { error: code });
      },
    );
  };
}

async function answer(
  { queue, ...options }: DemoJobsOptions,
  id: string | undefined,
  req: IncomingMessage,
  res: ServerResponse,
): Promise<unknown> {
  const user = await options.user(req, res);
  if (!isSomeone(user)) throw new VaultError('not_allowed');
  if (id !== undefined) return await queue.state(user.id, id);
  const { provider, text } = await readSubmission(req);
  const messages = [{ role: 'user', text }];
  return { id: await queue.submit(user.id, { kind: 'chat', provider, messages }, policyFor(user)) };
}

/** @throws VaultError bad_argument; what was wrong is not quoted. */
async function readSubmission(req: IncomingMessage): Promise<z.infer<typeof submission>> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of req as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > maxBodyBytes) throw new VaultError('bad_argument');
    chunks.push(chunk);
  }
  try {
    return submission.parse(JSON.parse(Buffer.concat(chunks).toString()));
  } catch {
    throw new VaultError('bad_argument');
  }
}

function send(res: ServerResponse, status: number, body: unknown): void {
  res.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(body));
}
