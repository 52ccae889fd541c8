/**
 * The nginx of this folder for a test: the files as they are shipped, with other addresses, folders and a certificate made for the
 * test put in; a client that speaks to it by the names of the real thing; and what it wrote.
 */
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { connect } from 'node:tls';
import { fileURLToPath } from 'node:url';
import { freePort } from '../../server/testing/ports.ts';

const shipped = fileURLToPath(new URL('./', import.meta.url));
const program = '/usr/sbin/nginx';
const names = ['app.example.com', 'vault.example.com'] as const;

export interface NginxOptions {
  /** Ports of this machine that an API listens on. */
  readonly api: readonly number[];
  /** The folder with `demo/` and `site/` in it. */
  readonly sites: string;
  /** Other origins than those of the shipped files, on ports of their own. */
  readonly origins?: { readonly app: string; readonly vault: string };
  /** Changes the text of a shipped file: to make limits reachable, or to break what a test must notice. */
  readonly change?: (text: string, file: string) => string;
}

export interface TestNginx {
  /** Where HTTPS is answered for both names; with `origins` for the app's alone. */
  readonly port: number;
  /** Where plain HTTP is. */
  readonly plainPort: number;
  /** The certificate, PEM. */
  readonly certificate: string;
  accessLog(): string;
  errorLog(): string;
  /** When something was last put into, or taken out of, a folder for bodies and answers that did not fit into memory. */
  lastOnDisk(): number;
  stop(): Promise<void>;
}

/** Puts `to` in place of every `from`. A text that is not there any more would leave the test with the machine's own. */
function put(text: string, from: string | RegExp, to: string): string {
  const changed = text.replaceAll(from, to);
  if (changed === text) throw new Error(`there is no ${String(from)} to replace`);
  return changed;
}

interface Places {
  readonly folder: string;
  readonly port: number;
  readonly vaultPort: number;
  readonly plainPort: number;
}

function fill(file: string, text: string, options: NginxOptions, places: Places): string {
  const { folder, port, vaultPort, plainPort } = places;
  const { username } = userInfo();
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
    .map((name) => `${name}_temp_path ${folder}/spill/${name};`)
    .join(' ');
  const edits: Record<string, readonly (readonly [from: string | RegExp, to: string])[]> = {
    'nginx.conf': [
      ['user www-data;', `user ${username};`],
      ['worker_processes auto;', 'worker_processes 1;'],
      ['/run/nginx.pid', `${folder}/nginx.pid`],
      ['/var/log/nginx/', `${folder}/logs/`],
      ['http {', `http { ${temporary}`],
    ],
    'http.conf': [['/var/log/nginx/', `${folder}/logs/`]],
    'log.conf': [['/var/log/nginx/', `${folder}/logs/`]],
    'upstream.conf': [
      [
        /(?:\s*server 127\.0\.0\.1:\d+ [^;]+;)+/g,
        options.api.map((each) => ` server 127.0.0.1:${String(each)} max_fails=0;`).join(''),
      ],
    ],
    'app.conf': [
      ['/etc/nginx/tls/', `${folder}/tls/`],
      ['/srv/byok/', `${options.sites}/`],
      ['listen 443', `listen 127.0.0.1:${String(port)}`],
    ],
    'vault.conf': [
      ['/etc/nginx/tls/', `${folder}/tls/`],
      ['/srv/byok/', `${options.sites}/`],
      ['listen 443', `listen 127.0.0.1:${String(vaultPort)}`],
    ],
    'plain.conf': [
      ['listen 443', `listen 127.0.0.1:${String(port)}`],
      ['listen 80', `listen 127.0.0.1:${String(plainPort)}`],
    ],
  };
  let filled = text;
  for (const [from, to] of edits[file] ?? []) filled = put(filled, from, to);
  if (options.origins !== undefined) {
    const { app, vault } = options.origins;
    filled = filled.replaceAll(`https://${names[0]}`, app).replaceAll(`https://${names[1]}`, vault);
    filled = filled.replaceAll(`server_name ${names[0]}`, `server_name ${new URL(app).hostname}`);
    // Plain HTTP has one port for both: a name can stand there once.
    if (file !== 'plain.conf')
      filled = filled.replaceAll(`server_name ${names[1]}`, `server_name ${new URL(vault).hostname}`);
  }
  return options.change?.(filled, file) ?? filled;
}

function makeCertificate(folder: string): string {
  mkdirSync(folder);
  const [first, second] = names.map((name) => join(folder, name));
  if (first === undefined || second === undefined) throw new Error('names');
  const subject = `subjectAltName=${[...names, 'localhost'].map((name) => `DNS:${name}`).join(',')}`;
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-keyout', `${first}.key`];
  const request = [
    '-x509',
    '-days',
    '2',
    '-subj',
    '/CN=byok-vault test',
    '-addext',
    subject,
    '-out',
    `${first}.pem`,
  ];
  execFileSync('openssl', ['req', ...key, ...request], { stdio: 'ignore' });
  for (const end of ['.pem', '.key']) cpSync(`${first}${end}`, `${second}${end}`);
  return readFileSync(`${first}.pem`, 'utf8');
}

export async function startNginx(options: NginxOptions): Promise<TestNginx> {
  const folder = mkdtempSync(join(tmpdir(), 'byok-nginx-'));
  const certificate = makeCertificate(join(folder, 'tls'));
  for (const each of ['logs', 'byok', 'spill']) mkdirSync(join(folder, each));
  const port = options.origins === undefined ? await freePort() : Number(new URL(options.origins.app).port);
  const vaultPort = options.origins === undefined ? port : Number(new URL(options.origins.vault).port);
  const plainPort = await freePort();
  const places = { folder, port, vaultPort, plainPort };
  for (const file of ['nginx.conf', ...readdirSync(join(shipped, 'byok')).map((each) => `byok/${each}`)]) {
    const text = readFileSync(join(shipped, file), 'utf8');
    writeFileSync(join(folder, file), fill(file.replace('byok/', ''), text, options, places));
  }
  const args = ['-p', folder, '-e', 'stderr', '-c', join(folder, 'nginx.conf')];
  const { status, stderr } = spawnSync(program, ['-t', ...args], { encoding: 'utf8' });
  if (status !== 0) {
    rmSync(folder, { recursive: true });
    throw new Error(`nginx -t: ${stderr}`);
  }

  const child = spawn(program, [...args, '-g', 'daemon off;'], { stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  child.stderr.on('data', (part: Buffer) => (said += part.toString()));
  const ended = new Promise<void>((resolve) =>
    child.once('close', () => {
      resolve();
    }),
  );
  for (let tries = 0; !(await answers(port)); tries += 1) {
    if (tries === 100 || child.exitCode !== null) throw new Error(`nginx did not start: ${said}`);
    await sleep(20);
  }
  const logOf = (name: string): string => readFileSync(join(folder, 'logs', name), 'utf8');
  const spills = readdirSync(join(folder, 'spill')).map((each) => join(folder, 'spill', each));
  return {
    port,
    plainPort,
    certificate,
    accessLog: () => logOf('byok.log'),
    errorLog: () => `${logOf('error.log')}${said}`,
    lastOnDisk: () => Math.max(...spills.map((each) => statSync(each).mtimeMs)),
    async stop() {
      child.kill('SIGTERM');
      await ended;
      rmSync(folder, { recursive: true });
    },
  };
}

/** Whether a name of ours gets a handshake there. */
function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(
      { host: '127.0.0.1', port, servername: names[0], rejectUnauthorized: false },
      () => {
        socket.destroy();
        resolve(true);
      },
    );
    socket.once('error', (error: NodeJS.ErrnoException) => {
      resolve(error.code !== 'ECONNREFUSED');
    });
  });
}
