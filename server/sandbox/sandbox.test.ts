import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { testSealedKey } from '../provider-call.ts';
import { sealForPlatform } from '../testing/seal.ts';
import { fixtures, testCore } from '../testing/platform.ts';
import { startSandbox, type Sandbox } from './sandbox.ts';

const core = await testCore();
let sandbox: Sandbox;
before(async () => {
  sandbox = await startSandbox(core, fixtures);
});
after(async () => {
  await sandbox.close();
});

async function verdictOf(provider: string, key: string): Promise<string> {
  const sealed = await sealForPlatform({ platform: core.publicKey().key, user: 'u1', provider, key });
  const call = { sealed, user: 'u1', provider, now: Date.now() };
  return await testSealedKey(core, call, { reroute: sandbox.reroute, admit: () => true });
}

/** Verdicts that not every provider has an answer for; the others say "could not tell" instead. */
const expressedBy: Record<string, readonly string[]> = {
  restricted: ['openai', 'anthropic', 'gemini', 'groq'],
  blocked: ['gemini', 'xai'],
  no_credit: ['openai', 'anthropic', 'mistral', 'deepseek', 'openrouter', 'together'],
  wrong_region_or_ip: ['openai'],
};

for (const { id } of core.providers()) {
  describe(`a sandbox key for ${id} earns the verdict that it ends in`, () => {
    for (const verdict of ['valid', 'invalid', 'rate_limited', 'provider_down', 'unknown', 'unreachable']) {
      test(verdict, async () => {
        assert.equal(await verdictOf(id, `anything-${verdict}`), verdict);
      });
    }
    for (const [verdict, providers] of Object.entries(expressedBy)) {
      test(`${verdict}, where the provider has an answer for it`, async () => {
        const expected = providers.includes(id) ? [verdict] : [verdict, 'unknown'];
        assert.ok(expected.includes(await verdictOf(id, `anything-${verdict}`)));
      });
    }
    test('any other ending is invalid', async () => {
      assert.equal(await verdictOf(id, 'no-ending-at-all'), 'invalid');
      assert.equal(await verdictOf(id, 'nothing'), 'invalid');
    });
  });
}

test('-slow is given up on and is unreachable', async () => {
  assert.equal(await verdictOf('openai', 'anything-slow'), 'unreachable');
});

test("a request without the provider's own header is refused with 401", async () => {
  const url = sandbox.reroute(core.testRequest('anthropic').url);
  assert.equal((await fetch(url, { headers: { authorization: 'Bearer anything-valid' } })).status, 401);
  assert.equal((await fetch(url, { headers: { 'x-api-key': 'anything-valid' } })).status, 401);
  const version = { 'anthropic-version': '2023-06-01', accept: 'application/json' };
  assert.equal((await fetch(url, { headers: { 'x-api-key': 'anything-valid', ...version } })).status, 200);
});

test('only requests of the catalogue have a stand-in', () => {
  assert.throws(() => sandbox.reroute('https://example.com/v1/models'));
});
