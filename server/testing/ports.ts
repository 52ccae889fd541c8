/** Free ports for what a test starts. */
import { createServer } from 'node:net';

/**
 * @returns a port that is free, and so are the next ones. Below those that the system gives to whoever connects (32768 and up on
 * Linux): one of those may be taken a moment later, by a connection that has nothing to do with the test.
 */
export async function freePort(count: 1 | 2 = 1): Promise<number> {
  for (;;) {
    const port = 20_000 + 2 * Math.floor(Math.random() * 6_000);
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
