/** How an origin ends: what was asked is answered, and what waits for nothing ends at once. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { Agent, get, type IncomingMessage, type ServerResponse } from 'node:http';
import { connect } from 'node:net';
import { test } from 'node:test';
import { listen, type Origin } from './origin.ts';

/** An origin that answers nothing until it is told to. */
async function patientOrigin(): Promise<{ origin: Origin; asked: ServerResponse[] }> {
  const origin = await listen(0);
  const asked: ServerResponse[] = [];
  const nothing = (): void => undefined;
  origin.open({
    headers: { always: [], document: [], policies: new Map() },
    hosts: [`127.0.0.1:${String(origin.port)}`],
    site: new Map(),
    handlers: new Map([['/', (_req, res) => void asked.push(res)]]),
    visit: nothing,
    log: nothing,
  });
  return { origin, asked };
}

async function until(is: () => boolean): Promise<void> {
  for (let tries = 0; !is(); tries += 1) {
    assert.ok(tries < 200);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

function ask({ port }: Origin, agent: Agent): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    get({ host: '127.0.0.1', port, path: '/', agent }, (res) => {
      res.resume();
      resolve(res);
    }).once('error', reject);
  });
}

test('what was asked is answered, nobody else is let in, and connections without a question end at once', async () => {
  const { origin, asked } = await patientOrigin();
  const agent = new Agent({ keepAlive: true });
  // One that was used and is kept, one that was only opened, and two calls of which one has begun to be answered.
  const used = ask(origin, agent);
  await until(() => asked.length === 1);
  asked[0]?.end();
  await used;
  const silent = connect(origin.port, '127.0.0.1');
  await once(silent, 'connect');
  const calls = [ask(origin, new Agent({ keepAlive: true })), ask(origin, new Agent({ keepAlive: true }))];
  await until(() => asked.length === 3);
  asked[2]?.write('half ');
  const second = await calls[1];
  let ended = false;
  const closing = origin.close(10_000).then(() => (ended = true));
  await once(silent, 'close');
  await assert.rejects(ask(origin, new Agent()), { code: 'ECONNREFUSED' });
  assert.equal(ended, false);
  asked[1]?.end('answer');
  const first = await calls[0];
  assert.equal(first?.statusCode, 200);
  assert.equal(first.headers.connection, 'close');
  const rest = second === undefined ? Promise.reject(new Error('no answer')) : once(second, 'end');
  asked[2]?.end('answer');
  await rest;
  const begin = performance.now();
  await closing;
  assert.ok(performance.now() - begin < 1_000, 'nothing is waited for that is not under way');
  agent.destroy();
});

test('what is not answered in time is hung up on', async () => {
  const { origin, asked } = await patientOrigin();
  const call = ask(origin, new Agent());
  call.catch(() => undefined);
  await until(() => asked.length === 1);
  const begin = performance.now();
  await origin.close(300);
  const took = performance.now() - begin;
  assert.ok(took >= 290 && took < 2_000, String(took));
  await assert.rejects(call);
});
