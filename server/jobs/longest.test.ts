import assert from 'node:assert/strict';
import { test } from 'node:test';
import { jobPatience } from '../provider/patience.ts';
import { testCore } from '../testing/platform.ts';
import type { RouteEvent, RoutePolicy } from '../../web/core/route.ts';
import { longestJobMs } from './longest.ts';

test('no way through the route takes longer than a worker is waited for', async () => {
  const core = await testCore();
  const policy: RoutePolicy = { credential: 'user', fallback: 'server', serverKey: true };
  const reads: RouteEvent[] = [
    { cache: 'hit', sealId: '0123456789abcdef0123456789abcdef' },
    { cache: 'miss' },
  ];
  const answers: RouteEvent[] = (
    ['rate_limited', 'provider_down', 'unreachable', 'invalid'] as const
  ).flatMap((verdict) =>
    [undefined, 1, 10, 11].map((retryAfter) => ({
      verdict,
      streamed: false,
      ...(retryAfter === undefined ? {} : { retryAfter }),
    })),
  );
  const longest = (events: RouteEvent[]): number => {
    const { action, wait } = core.route(policy, events);
    if (action === 'give_answer' || action === 'refuse') return wait * 1000;
    const took = wait * 1000 + (action === 'read_cache' ? 0 : jobPatience.totalMs);
    const next = action === 'read_cache' ? reads : answers;
    return took + Math.max(...next.map((event) => longest([...events, event])));
  };
  const worst = longest([]);
  assert.equal(worst, 370_000);
  assert.ok(longestJobMs >= worst + 25_000 && longestJobMs < 2 * worst);
});
