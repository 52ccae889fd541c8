import assert from 'node:assert/strict';
import { test } from 'node:test';
import { defaultLimits } from './limits.ts';
import { OptionProblem, readApiOptions, readOptions } from './options.ts';

test('without options: port 8080, real providers, the demo app alone, the usual limits', () => {
  assert.deepEqual(readOptions([], {}), {
    port: 8080,
    sandbox: false,
    apps: null,
    plainFields: false,
    notOffered: undefined,
    limits: defaultLimits,
  });
});

test('options and environment are read', () => {
  const env = {
    BYOK_APPS: 'https://a.example.com, https://b.example.com:8443',
    BYOK_TESTS_PER_MINUTE: '500',
    BYOK_PLAIN_FIELDS: '1',
    BYOK_NOT_OFFERED: 'region',
  };
  assert.deepEqual(readOptions(['--port', '9000', '--sandbox'], env), {
    port: 9000,
    sandbox: true,
    apps: ['https://a.example.com', 'https://b.example.com:8443'],
    plainFields: true,
    notOffered: 'region',
    limits: { ...defaultLimits, testsPerMinute: 500 },
  });
});

test('what could add to a header, or switch a limit off, is refused and not quoted', () => {
  const apps = [
    "https://a.example.com; script-src 'unsafe-inline'",
    'https://a.example.com/',
    '*',
    'https:',
    'null',
    'data:x',
  ];
  const cases = [
    ...apps.map((value) => ({ BYOK_APPS: value })),
    { BYOK_KEYS_PER_DAY: '0' },
    { BYOK_KEYS_PER_DAY: 'Infinity' },
    { BYOK_PLAIN_FIELDS: 'yes' },
    { BYOK_NOT_OFFERED: 'because' },
  ];
  for (const env of cases) {
    assert.throws(
      () => readOptions([], env),
      (error: Error) => error instanceof OptionProblem && !error.message.includes('unsafe-inline'),
    );
  }
});

test('the API as a process of its own: ports of its own, and the origins that may call', () => {
  const env = { BYOK_ORIGINS: 'https://app.example.com,https://vault.example.com' };
  const usual = {
    port: 8090,
    adminPort: 9464,
    sandbox: false,
    origins: ['https://app.example.com', 'https://vault.example.com'],
    cookieDomain: null,
    behindProxy: false,
    notOffered: undefined,
    limits: defaultLimits,
  };
  assert.deepEqual(readApiOptions([], env), usual);
  assert.deepEqual(
    readApiOptions(['--port', '8091', '--admin-port', '9465'], {
      ...env,
      BYOK_COOKIE_DOMAIN: 'example.com',
      BYOK_BEHIND_PROXY: '1',
    }),
    { ...usual, port: 8091, adminPort: 9465, cookieDomain: 'example.com', behindProxy: true },
  );
  const wrong: [string[], NodeJS.ProcessEnv][] = [
    [['--admin-port', '0'], env],
    [['--port', '70000'], env],
    [['--nonsense'], env],
    [[], {}],
    [[], { ...env, BYOK_COOKIE_DOMAIN: 'example.com; Path=/x' }],
    [[], { ...env, BYOK_BEHIND_PROXY: 'yes' }],
    [[], { ...env, BYOK_NOT_OFFERED: '1' }],
  ];
  for (const [args, given] of wrong) assert.throws(() => readApiOptions(args, given), OptionProblem);
});
