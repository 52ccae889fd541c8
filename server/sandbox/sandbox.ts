/**
 * Stand-ins for all providers, on this machine, for trying the vault without an account and without a network. A key earns
 * the verdict that it ends in, after its last '-': `sk-proj-anything-valid`. `-slow` never answers, `-unreachable` hangs up, and
 * `-cut` hangs up in the middle of an answer that is streamed; any other ending is invalid.
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { PlatformCore } from '../../web/core/platform.ts';
import type { Core } from '../core.ts';
import { ServerKeys } from '../router/server-keys.ts';
import { readAnswers } from './answers.ts';
import { answerAs, pathOf, type SeenRequest, type StandIn } from './stand-in.ts';

export interface Sandbox {
  /** Where the stand-in for a request of the catalogue is. */
  readonly reroute: (url: string) => string;
  close(): Promise<void>;
}

export interface WatchedSandbox extends Sandbox {
  /** The last hundred requests, oldest first. */
  readonly seen: readonly SeenRequest[];
}

const maxSeen = 100;

/** The platform's own keys where the providers are stand-ins, which serve them: real ones are sent to no stand-in. */
export function standInKeys(providers: readonly string[]): ServerKeys {
  const key = new TextEncoder().encode('platform-valid');
  return new ServerKeys(new Map(providers.map((id) => [id, key])));
}

/** @param folder of the recorded answers. */
export async function startSandbox(
  core: Core & Pick<PlatformCore, 'jobRequests'>,
  folder: URL,
): Promise<WatchedSandbox> {
  const toTests = readAnswers(core, folder, 'test');
  const toJobs = readAnswers(core, folder, 'job');
  const standIns = new Map(
    core.providers().map((provider): [string, StandIn] => {
      const { id } = provider;
      const answers = { test: toTests.get(id) ?? new Map(), job: toJobs.get(id) ?? new Map() };
      return [id, { provider, test: core.testRequest(id), jobs: core.jobRequests(id), answers }];
    }),
  );
  const byOrigin = new Map(
    [...standIns].flatMap(([id, { test, jobs }]) =>
      [test.url, jobs.chat.url].map((url): [string, string] => [new URL(url).origin, id]),
    ),
  );

  const seen: SeenRequest[] = [];
  const server = createServer((req, res) => {
    const [, id = '', path = ''] = /^\/([a-z]+)(\/.*)$/.exec(req.url ?? '') ?? [];
    const standIn = standIns.get(id);
    if (standIn === undefined) {
      res.writeHead(404).end();
      return;
    }
    answerAs(standIn, path, req, res)
      .then((request) => {
        if (request !== null) seen.push(request);
        if (seen.length > maxSeen) seen.shift();
      })
      .catch(() => req.socket.destroy());
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    seen,
    reroute(url) {
      const id = byOrigin.get(new URL(url).origin);
      if (id === undefined) throw new Error('no stand-in for this host');
      return `http://127.0.0.1:${String(port)}/${id}${pathOf(url)}`;
    },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
