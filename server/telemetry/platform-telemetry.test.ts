import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { LogFields } from '../log.ts';
import { makeMetrics } from './metrics.ts';
import { makeTelemetry } from './platform-telemetry.ts';

const user = 'someone-0123456789';

async function tell(
  act: (telemetry: ReturnType<typeof makeTelemetry>) => void,
): Promise<{ logged: LogFields[]; counted: string[] }> {
  const logged: LogFields[] = [];
  const metrics = makeMetrics(['openai', 'gemini']);
  act(makeTelemetry((fields) => logged.push(fields), metrics));
  const text = await metrics.registry.metrics();
  assert.ok(!text.includes(user));
  return { logged, counted: text.split('\n').filter((line) => /^[^#].* [^0]/.test(line)) };
}

const cases: [
  name: string,
  act: (telemetry: ReturnType<typeof makeTelemetry>) => void,
  logged: LogFields[],
  counted: string[],
][] = [
  [
    'a key was cached',
    (to) => {
      to.cached(user, 'openai', 300);
    },
    [{ event: 'byok_key_cached', user, provider: 'openai', ttl: 300 }],
    ['byok_redis_cache_set_total{provider="openai"} 1'],
  ],
  [
    'a key was read',
    (to) => {
      to.retrieved(user, 'openai', 12);
    },
    [{ event: 'byok_key_retrieved', user, provider: 'openai', ttl: 12 }],
    ['byok_redis_cache_hit_total{provider="openai"} 1'],
  ],
  [
    'E6: a key had ended',
    (to) => {
      to.missed(user, 'openai', 'expired');
    },
    [{ event: 'byok_key_expired', user, provider: 'openai', reason: 'expired' }],
    ['byok_redis_cache_miss_total{provider="openai",reason="expired"} 1'],
  ],
  [
    'a key did not open',
    (to) => {
      to.missed(user, 'openai', 'refused');
    },
    [],
    ['byok_redis_cache_miss_total{provider="openai",reason="refused"} 1'],
  ],
  [
    "the platform's key served",
    (to) => {
      to.fellBack(user, 'gemini', 'invalid');
    },
    [{ event: 'byok_fallback_server_key', user, provider: 'gemini', reason: 'invalid' }],
    ['byok_fallback_to_server_key_total{provider="gemini",reason="invalid"} 1'],
  ],
  [
    "the platform's key is called with",
    (to) => {
      to.calledWithServerKey('gemini');
    },
    [],
    ['byok_server_key_call_total{provider="gemini"} 1'],
  ],
  [
    "jobs that ask for the user's key are counted, others are not",
    (to) => {
      to.requested('openai', 'user');
      to.requested('openai', 'server');
    },
    [],
    ['byok_requests_total{provider="openai"} 1'],
  ],
  [
    'a provider did not serve; what is not listed is not counted',
    (to) => {
      to.providerError('openai', 'provider_down');
      to.providerError('openai', 'sk-proj-abc' as 'invalid');
      to.providerError('nobody', 'invalid');
    },
    [],
    ['byok_provider_api_error_total{provider="openai",status="provider_down"} 1'],
  ],
  [
    'a test found a key valid',
    (to) => {
      to.tested(user, 'openai', 'valid');
    },
    [{ event: 'byok_key_test_success', user, provider: 'openai', status: 'valid' }],
    ['byok_key_tested_total{provider="openai"} 1'],
  ],
  [
    'a test found a key blocked',
    (to) => {
      to.tested(user, 'openai', 'blocked');
    },
    [{ event: 'byok_key_test_failed', user, provider: 'openai', status: 'blocked' }],
    [
      'byok_key_tested_total{provider="openai"} 1',
      'byok_key_test_failed_total{provider="openai",reason="blocked"} 1',
    ],
  ],
  [
    'vaults reported',
    (to) => {
      to.client(user, { event: 'vault_locked', reason: 'idle' });
      to.client(user, { event: 'unlock_failed' });
      to.client(user, { event: 'key_stored', provider: 'openai' });
      to.client(user, { event: 'key_stored', provider: 'made-up' });
      to.unlockLimitExceeded(user);
    },
    [],
    [
      'byok_key_stored_total{provider="openai"} 1',
      'byok_vault_locked_total{reason="idle"} 1',
      'byok_vault_unlock_failed_total 1',
      'byok_unlock_limit_exceeded_total 1',
    ],
  ],
];

for (const [name, act, logged, counted] of cases) {
  test(name, async () => {
    assert.deepEqual(await tell(act), { logged, counted });
  });
}
