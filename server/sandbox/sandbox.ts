/**
 * Stand-ins for all providers, on this machine, for trying the vault without an account and without a network. A key earns
 * the verdict that it ends in, after its last '-': `sk-proj-anything-valid`. `-slow` never answers and `-unreachable` hangs
 * up; any other ending is invalid.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { verdicts } from '../../web/core/types.ts';
import type { Core } from '../core.ts';
import { readAnswers, type Answers, type StandInAnswer } from './answers.ts';

export interface Sandbox {
  /** Where the stand-in for a request of the catalogue is. */
  readonly reroute: (url: string) => string;
  close(): Promise<void>;
}

const refused: StandInAnswer = { status: 401, headers: { 'content-type': 'application/json' }, body: '{}' };

/** @param answers folder of the recorded answers. */
export async function startSandbox(core: Core, answers: URL): Promise<Sandbox> {
  const known = readAnswers(core, answers);
  const requests = new Map(core.providers().map(({ id }) => [id, core.testRequest(id)]));
  const byUrl = new Map(
    [...requests].map(([id, request]) => [request.url, `/${id}${new URL(request.url).pathname}`]),
  );

  const server = createServer((req, res) => {
    const id = req.url?.split('/', 2)[1] ?? '';
    const request = requests.get(id);
    if (request === undefined || req.url !== byUrl.get(request.url) || req.method !== request.method) {
      send(res, { ...refused, status: 404 });
      return;
    }
    const ending = endingOf(req, request.headers);
    if (ending === 'slow') return;
    if (ending === 'unreachable') req.socket.resetAndDestroy();
    else send(res, ending === null ? refused : answerFor(known, id, ending));
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    reroute(url) {
      const path = byUrl.get(url);
      if (path === undefined) throw new Error('no stand-in for this request');
      return `http://127.0.0.1:${String(port)}${path}`;
    },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** What the key ends in; null where the request doesn't carry one the way the provider's documentation says. */
function endingOf(req: IncomingMessage, headers: ReturnType<Core['testRequest']>['headers']): string | null {
  let ending: string | null = null;
  for (const { name, value, carriesKey } of headers) {
    const given = req.headers[name.toLowerCase()];
    if (typeof given !== 'string' || !given.startsWith(value)) return null;
    if (carriesKey) ending = /-([a-z_]+)$/.exec(given)?.[1] ?? '';
  }
  return ending;
}

/** A verdict that this provider's answers can't express is "could not tell". */
function answerFor(known: Answers, provider: string, ending: string): StandInAnswer {
  const answers = known.get(provider);
  const verdict = verdicts.find((each) => each === ending) ?? 'invalid';
  return answers?.get(verdict) ?? answers?.get('unknown') ?? refused;
}

function send(res: ServerResponse, { status, headers, body }: StandInAnswer): void {
  res.writeHead(status, { ...headers }).end(body);
}
