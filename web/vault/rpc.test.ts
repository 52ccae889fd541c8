import assert from 'node:assert/strict';
import { test } from 'node:test';
import { VaultError } from '../core/errors.ts';
import { Remote } from './rpc.ts';

interface Echo {
  echo(secret: Uint8Array): Uint8Array;
}

test('E18: a call after the end is refused and its secret wiped, not waited for', async () => {
  const { port1, port2 } = new MessageChannel();
  const remote = new Remote<Echo>(port1, () => undefined);
  const waiting = remote.call('echo', Uint8Array.of(1));
  remote.end('superseded');
  const secret = Uint8Array.of(1, 2, 3);
  const late = remote.call('echo', secret);
  for (const call of [waiting, late]) await assert.rejects(call, new VaultError('superseded'));
  assert.deepEqual(secret, new Uint8Array(3));
  port2.close();
});
