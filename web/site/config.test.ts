import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readConfig } from './config.ts';

test('only whole origins are allowed to embed', () => {
  const apps = [
    'https://app.example.com',
    'https://app.example.com/',
    'https://*.example.com',
    '*',
    'null',
    7,
  ];
  assert.deepEqual(readConfig({ apps, sandbox: false }), {
    apps: ['https://app.example.com', 'https://*.example.com'].filter(
      (app) => URL.parse(app)?.origin === app,
    ),
    sandbox: false,
    plainFields: false,
  });
});

test('ordinary fields are the operator’s choice', () => {
  assert.equal(readConfig({ apps: [], sandbox: false, plainFields: true })?.plainFields, true);
});

test('what is not a configuration allows no one', () => {
  for (const wrong of [
    null,
    'x',
    [],
    {},
    { apps: 'https://a.example', sandbox: true },
    { apps: [], sandbox: 1 },
    { apps: [], sandbox: false, plainFields: 'yes' },
  ]) {
    assert.equal(readConfig(wrong), null);
  }
});
