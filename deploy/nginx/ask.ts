/** A client for the tests of nginx: requests by the names of the two origins, and bytes that are no request. */
import { request as requestPlain } from 'node:http';
import { request as requestSecure } from 'node:https';
import { connect } from 'node:tls';
import type { TestNginx } from './testing.ts';

export interface Reply {
  readonly status: number;
  /** In order, with repetitions; names in lower case. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: string;
}

export interface Ask {
  readonly host: string;
  readonly path?: string;
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Over plain HTTP. */
  readonly plain?: boolean;
  /** Lets the answer wait for a moment before it is read. */
  readonly slow?: boolean;
}

/** All values that a reply has under a name. */
export function valuesOf(reply: Reply, name: string): string[] {
  return reply.headers.filter(([each]) => each === name.toLowerCase()).map(([, value]) => value);
}

function pairs(flat: readonly string[]): [string, string][] {
  return flat.flatMap((name, at) =>
    at % 2 === 0 ? [[name.toLowerCase(), flat[at + 1] ?? ''] as [string, string]] : [],
  );
}

export function ask(nginx: TestNginx, request: Ask): Promise<Reply> {
  const { host, path = '/', method = 'GET', headers = {}, body, plain, slow } = request;
  return new Promise((resolve, reject) => {
    const target = { host: '127.0.0.1', path, method, headers: { ...headers, host }, agent: false } as const;
    const req =
      plain === true
        ? requestPlain({ ...target, port: nginx.plainPort })
        : requestSecure({ ...target, port: nginx.port, servername: host, ca: nginx.certificate });
    req.on('response', (res) => {
      let text = '';
      res.setEncoding('utf8').on('data', (part: string) => (text += part));
      if (slow === true) {
        res.pause();
        setTimeout(() => res.resume(), 300);
      }
      res.on('error', reject);
      res.on('end', () => {
        resolve({ status: res.statusCode ?? 0, headers: pairs(res.rawHeaders), body: text });
      });
    });
    // nginx may refuse and close before it has read all of a body; its answer is there by then.
    req.on('error', reject);
    req.end(body);
  });
}

/** Sends exactly these bytes over TLS, to the server of that name, and reads one answer. */
export function askRaw(nginx: TestNginx, host: string, bytes: string): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const options = { host: '127.0.0.1', port: nginx.port, servername: host, ca: nginx.certificate };
    const socket = connect(options, () => socket.write(bytes, 'latin1'));
    let text = '';
    socket.setEncoding('latin1').on('data', (part: string) => {
      text += part;
      const reply = read(text);
      if (reply.body.length < Number(valuesOf(reply, 'content-length')[0] ?? Infinity)) return;
      // After a refusal nginx may wait for the rest of what it does not read.
      socket.destroy();
      resolve(reply);
    });
    socket.on('error', reject);
    socket.on('close', () => {
      reject(new Error(`no whole answer: ${text}`));
    });
  });
}

function read(text: string): Reply {
  const [head = '', body = ''] = text.split('\r\n\r\n', 2);
  const [first = '', ...lines] = head.split('\r\n');
  const headers = lines.map((line): [string, string] => {
    const colon = line.indexOf(':');
    return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
  });
  return { status: Number(first.split(' ')[1]), headers, body };
}
