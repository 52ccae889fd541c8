/** Stands in the line between two parts of the platform: keeps each byte that passes, and can slow the line down. */
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

export interface Tap {
  readonly port: number;
  /** Milliseconds that each piece is held on its way. */
  delay: number;
  passed(): Buffer;
  /** Takes no connections until it is opened again, as a port that nobody listens on. */
  shut(): Promise<void>;
  open(): Promise<void>;
  close(): Promise<void>;
}

/** @param target a port of this machine. */
export async function startTap(target: number): Promise<Tap> {
  const pieces: Buffer[] = [];
  const sockets = new Set<Socket>();
  const tap = { delay: 0 };

  const carry = (from: Socket, to: Socket): void => {
    sockets.add(from);
    from.on('data', (piece) => {
      pieces.push(piece);
      if (tap.delay === 0) to.write(piece);
      else setTimeout(() => to.write(piece), tap.delay);
    });
    from.on('error', () => undefined);
    from.on('close', () => {
      sockets.delete(from);
      to.destroy();
    });
  };
  const server = createServer((near) => {
    const far = connect(target, '127.0.0.1');
    carry(near, far);
    carry(far, near);
  });
  const listen = (port: number): Promise<void> =>
    new Promise((resolve) => server.listen(port, '127.0.0.1', resolve));
  await listen(0);
  const { port } = server.address() as AddressInfo;
  const shut = async (): Promise<void> => {
    for (const socket of sockets) socket.destroy();
    if (server.listening) await new Promise((resolve) => server.close(resolve));
  };
  return Object.assign(tap, {
    port,
    passed: () => Buffer.concat(pieces),
    shut,
    open: () => listen(port),
    close: shut,
  });
}
