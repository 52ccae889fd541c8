/** Both origins behind the nginx of deploy/nginx, over HTTPS, with one or several servers behind it. */
import { startNginx, type TestNginx } from '../../deploy/nginx/testing.ts';
import { freePair, root, startSite, type Site } from './site.ts';

export interface Secure {
  readonly site: Site;
  readonly nginx: TestNginx;
  /** The ports of the servers. */
  readonly servers: readonly number[];
}

export interface SecureOptions {
  /** The environment of each server besides its origins; one server without it. */
  readonly servers?: readonly NodeJS.ProcessEnv[];
  /** Makes another nginx of it. */
  readonly change?: (text: string) => string;
}

export async function startSecure({ servers = [{}], change }: SecureOptions = {}): Promise<Secure> {
  const port = await freePair();
  const app = `https://localhost:${String(port)}`;
  const vault = `https://localhost:${String(port + 1)}`;
  const behind: Site[] = [];
  for (const env of servers) behind.push(await startSite(() => ({ ...env, BYOK_APPS: `${app},${vault}` })));
  const nginx = await startNginx({
    api: behind.map((server) => server.port),
    sites: `${root}dist`,
    origins: { app, vault },
    ...(change === undefined ? {} : { change }),
  });
  const stop = async (): Promise<void> => {
    await Promise.all([nginx.stop(), ...behind.map((server) => server.stop())]);
  };
  return { site: { app, vault, port, stop }, nginx, servers: behind.map((server) => server.port) };
}
