/** Who calls, as a host with sessions of its own says it: at once or later, for somebody, for nobody, and wrongly. */
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, test } from 'node:test';
import { apiPath, makeApi, type FindUser } from './api.ts';
import { makeDemoJobs } from './demo/demo-jobs.ts';
import { makeServices } from './services.ts';
import { testCore } from './testing/platform.ts';
import { closeServer } from './testing/upstream.ts';

const ada = { id: 'ada', name: 'Ada' };
const core = await testCore();
const later = <T>(value: T): Promise<T> => new Promise((resolve) => setTimeout(resolve, 5, value));

type Statuses = Record<string, number>;

/** What each call that is for somebody alone is answered with. */
async function statusesFor(user: FindUser): Promise<Statuses> {
  const log = (): void => undefined;
  const { platform } = makeServices({ core, log });
  const byok = makeApi({ platform, user, origins: [], log });
  const queue = { submit: () => Promise.resolve('id'), state: () => Promise.reject(new Error('not asked')) };
  const jobs = makeDemoJobs({ queue, user, origins: [], log });
  const server = createServer((req, res) => {
    if (req.url?.startsWith(apiPath) === true) byok(req, res);
    else jobs(req, res);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const origin = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
  const post = (body: unknown): RequestInit => ({
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  const calls: [path: string, init?: RequestInit][] = [
    ['/byok/whoami'],
    ['/byok/receipts'],
    ['/byok/clearByokKeys', post({})],
    ['/byok/recordByokEvents', post([{ event: 'unlock_failed' }])],
    ['/demo/jobs', post({ provider: 'openai', text: 'Hello' })],
  ];
  try {
    const statuses: Statuses = {};
    for (const [path, init] of calls) statuses[path] = (await fetch(origin + path, init)).status;
    return statuses;
  } finally {
    await closeServer(server);
  }
}

function allOf(status: number): Statuses {
  const paths = ['/byok/whoami', '/byok/receipts', '/byok/clearByokKeys', '/byok/recordByokEvents'];
  return Object.fromEntries([...paths, '/demo/jobs'].map((path) => [path, status]));
}

describe('somebody', () => {
  for (const [what, user] of [
    ['at once', () => ada],
    ['later', () => later(ada)],
  ] as [string, FindUser][])
    test(what, async () => {
      assert.deepEqual(await statusesFor(user), allOf(200));
    });
});

describe('nobody is refused', () => {
  for (const [what, user] of [
    ['at once', () => null],
    ['later', () => later(null)],
    // As a host without our types says it.
    ['not at all', () => undefined as never],
    ['without an id', () => later({ name: 'Ada' } as never)],
    ['with an id that is empty', () => ({ id: '', name: 'Ada' })],
    ['with an id that is no text', () => ({ id: 7, name: 'Ada' }) as never],
    ['as a promise in a promise’s place', () => ({ id: later('ada'), name: 'Ada' }) as never],
  ] as [string, FindUser][])
    test(what, async () => {
      assert.deepEqual(await statusesFor(user), allOf(403));
    });
});

describe('sessions that fail let nobody in', () => {
  for (const [what, user] of [
    [
      'at once',
      () => {
        throw new Error('the session store is away');
      },
    ],
    ['later', () => Promise.reject(new Error('the session store is away'))],
  ] as [string, FindUser][])
    test(what, async () => {
      assert.deepEqual(await statusesFor(user), allOf(500));
    });
});
