/** What MONITOR of a Redis tells: every command with its arguments. Begun anew where the Redis was. */
import { connect, type Socket } from 'node:net';
import { inTest } from '../deploy/redis/testing.ts';

export interface Monitor {
  heard(): Buffer;
  close(): void;
}

const pauseMs = 20;

export function startMonitor(port: number): Monitor {
  const pieces: Buffer[] = [];
  let closed = false;
  let socket: Socket;
  const listen = (): void => {
    socket = connect(port, '127.0.0.1', () => {
      socket.write(`AUTH ${inTest.user} ${inTest.password}\r\nMONITOR\r\n`);
    });
    socket.on('data', (piece) => pieces.push(piece));
    socket.on('error', () => undefined);
    socket.on('close', () => {
      if (!closed) setTimeout(listen, pauseMs);
    });
  };
  listen();
  return {
    heard: () => Buffer.concat(pieces),
    close() {
      closed = true;
      socket.destroy();
    },
  };
}
