/** Free ports for what a test starts. */
import { createServer } from 'node:net';

/** What this process was given may not be in use yet when it asks again. */
const given = new Set<number>();

/**
 * @returns a port that is free, the next one, too, where there are to be two. Below those that the system gives to whoever connects
 * (32768 and up on Linux): one of those may be taken a moment later, by a connection that has nothing to do with the test. Above all
 * that browsers refuse.
 */
export async function freePort(count: 1 | 2 = 1): Promise<number> {
  for (;;) {
    const port = 12_000 + 2 * Math.floor(Math.random() * 10_000);
    if (given.has(port)) continue;
    given.add(port);
    if ((await isFree(port)) && (count === 1 || (await isFree(port + 1)))) return port;
  }
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => {
      resolve(false);
    });
    server.listen(port, () => {
      server.close(() => {
        resolve(true);
      });
    });
  });
}
