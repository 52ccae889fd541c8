/** The operator's port, asked as Prometheus does and as a page of someone else would. */
import assert from 'node:assert/strict';
import { get } from 'node:http';
import { test } from 'node:test';
import { Registry } from 'prom-client';
import { startAdmin } from './admin.ts';

test('the port answers this machine by its own names, and no page that made up another for it', async () => {
  const admin = await startAdmin({ port: 0, registry: new Registry(), health: null });
  const statusFor = (path: string, host: string): Promise<number | undefined> =>
    new Promise((resolve, reject) => {
      get({ port: admin.port, host: '127.0.0.1', path, headers: { host } }, (res) => {
        res.resume();
        resolve(res.statusCode);
      }).on('error', reject);
    });
  try {
    for (const path of ['/metrics', '/healthz']) {
      for (const host of ['127.0.0.1', `127.0.0.1:${String(admin.port)}`, 'localhost:9464', '[::1]:9464'])
        assert.equal(await statusFor(path, host), 200, host);
      for (const host of [
        'app.example.com',
        '127.0.0.1.example.com',
        'localhost.example.com:9464',
        '10.0.0.1',
      ])
        assert.equal(await statusFor(path, host), 421, host);
    }
  } finally {
    await admin.close();
  }
});
