/** Every state of the panel by name, for looking at and for checking one by one. */
import { VaultError } from '../../core/errors.ts';
import type { AppPermission, RecordView, Verdict } from '../../core/types.ts';
import type { UnlockedState } from '../../vault/api.ts';
import type { JobReceipt } from '../../vault/api.ts';
import { fakeUser, FakeVault } from './fake-vault.ts';

function record(
  provider: string,
  preview: string,
  verdict: Verdict,
  state: RecordView['state'] = 'ok',
): RecordView {
  const added = Date.now() - 40 * 24 * 3_600_000;
  const verdictAt = verdict === 'untested' ? 0 : Date.now() - 3 * 60_000;
  return {
    id: `${provider}-record`,
    state,
    meta: { provider, label: '', preview, added, updated: added, verdict, verdictAt },
  };
}

const some = [record('gemini', 'AIza…k7Gw', 'valid'), record('openai', 'sk-p…Q2mA', 'no_credit')];

const day = 24 * 3_600_000;
const someApps: readonly AppPermission[] = [
  {
    origin: 'https://app.example.com',
    granted: Date.now() - 40 * day,
    lastUsed: Date.now() - 4 * 60_000,
    uses: 1312,
  },
  {
    origin: 'https://a-new-one-with-quite-a-long-name.apps.example.co.uk:8443',
    granted: Date.now() - 60_000,
    lastUsed: 0,
    uses: 0,
  },
];

function unlocked(change: Partial<UnlockedState> = {}): UnlockedState {
  return {
    phase: 'unlocked',
    records: some,
    apps: [],
    integrity: 'ok',
    confirmedUser: fakeUser,
    platformUser: fakeUser,
    locksAt: Date.now() + 29.6 * 60_000,
    ...change,
  };
}

const someReceipts: readonly JobReceipt[] = [
  {
    provider: 'gemini',
    at: Date.now() - 2 * 60_000,
    outcome: 'served',
    credential: 'user',
    reason: 'as_asked',
    attempts: 1,
  },
  {
    provider: 'openai',
    at: Date.now() - 5 * 60_000,
    outcome: 'served',
    credential: 'server',
    reason: 'invalid',
    attempts: 2,
  },
];

const password = 'correct horse battery';

export const states: Readonly<Record<string, () => FakeVault>> = {
  starting: () => new FakeVault({ state: { phase: 'starting' } }),
  empty: () => new FakeVault(),
  'empty-slow': () => new FakeVault({ delayMs: Infinity }),
  locked: () => new FakeVault({ state: { phase: 'locked', reason: 'idle', waitMs: 0 }, password }),
  'locked-slow': () =>
    new FakeVault({ state: { phase: 'locked', reason: null, waitMs: 0 }, password, delayMs: Infinity }),
  'locked-wait': () => new FakeVault({ state: { phase: 'locked', reason: null, waitMs: 45_000 }, password }),
  unlocked: () => new FakeVault({ state: unlocked(), password }),
  'unlocked-used': () => new FakeVault({ state: unlocked(), receipts: someReceipts }),
  'unlocked-none': () => new FakeVault({ state: unlocked({ records: [] }) }),
  'unlocked-apps': () =>
    new FakeVault({ state: unlocked({ apps: someApps }), app: 'https://app.example.com' }),
  'embedded-new': () => new FakeVault({ state: unlocked({ records: [] }), app: 'https://app.example.com' }),
  'embedded-locked': () =>
    new FakeVault({
      state: { phase: 'locked', reason: null, waitMs: 0 },
      password,
      app: 'https://app.example.com',
    }),
  'allow-full': () =>
    new FakeVault({ state: unlocked(), app: 'https://app.example.com', fail: 'too_many_apps' }),
  'unlocked-slow': () => new FakeVault({ state: unlocked(), delayMs: Infinity }),
  'unlocked-soon': () => new FakeVault({ state: unlocked({ locksAt: Date.now() + 40_500 }) }),
  'unlocked-all-verdicts': () =>
    new FakeVault({
      state: unlocked({
        records: [
          record('gemini', 'AIza…k7Gw', 'untested'),
          record('openai', 'sk-p…Q2mA', 'restricted'),
          record('anthropic', 'sk-a…9fZZ', 'blocked'),
          record('mistral', '…', 'rate_limited'),
          record('groq', 'gsk_…0aQ1', 'wrong_region_or_ip'),
        ],
      }),
    }),
  'user-changed': () =>
    new FakeVault({ state: unlocked({ platformUser: { ...fakeUser, id: 'u2', name: 'Demo user 91bc' } }) }),
  'not-offered': () =>
    new FakeVault({ state: unlocked({ platformUser: { ...fakeUser, notOffered: 'plan' } }) }),
  'not-offered-empty': () =>
    new FakeVault({ state: { phase: 'empty', platformUser: { ...fakeUser, notOffered: 'region' } } }),
  'user-offline': () => new FakeVault({ state: unlocked({ platformUser: null }) }),
  damaged: () =>
    new FakeVault({
      state: unlocked({
        integrity: 'record_damaged',
        records: [
          ...some,
          { id: '9f2ac01e77d04412', state: 'unreadable', meta: null },
          { id: '01be77d04412aa90', state: 'stale', meta: null },
        ],
      }),
    }),
  'manifest-damaged': () =>
    new FakeVault({
      state: unlocked({
        integrity: 'manifest_damaged',
        records: [record('gemini', 'AIza…k7Gw', 'valid', 'unverified')],
      }),
    }),
  'full-disk': () => new FakeVault({ state: unlocked({ records: [] }), fail: 'storage_full' }),
  insecure: () =>
    new FakeVault({ state: { phase: 'unavailable', error: new VaultError('not_secure_context') } }),
  'no-wasm': () =>
    new FakeVault({ state: { phase: 'unavailable', error: new VaultError('no_webassembly') } }),
  'no-storage': () =>
    new FakeVault({ state: { phase: 'unavailable', error: new VaultError('storage_unavailable') } }),
  newer: () => new FakeVault({ state: { phase: 'unavailable', error: new VaultError('newer_format') } }),
};
