/** What the vault and the app say to the platform, as a test sees it, and answers of the platform that a test makes up. */
import { expect, type BrowserContext, type Locator, type Request } from '@playwright/test';
import type { Panel } from './panel.ts';
import type { Site } from './site.ts';

export interface Heard {
  /** The name of the procedure, or the path where it is none. */
  readonly name: string;
  readonly origin: string;
  readonly body: unknown;
  readonly headers: Readonly<Record<string, string>>;
}

/** Every call of a procedure and of the app's own paths from now on, in order. */
export function hearCalls(context: BrowserContext): Heard[] {
  const heard: Heard[] = [];
  context.on('request', (request) => {
    const { pathname, origin } = new URL(request.url());
    if (!/^\/(byok|demo)\//.test(pathname)) return;
    heard.push({
      name: pathname.replace(/^\/byok\//, ''),
      origin,
      body: bodyOf(request),
      headers: request.headers(),
    });
  });
  return heard;
}

export function callsOf(heard: readonly Heard[], name: string): Heard[] {
  return heard.filter((each) => each.name === name);
}

/** Why vaults said that they locked, in order. */
export function reportedLocks(heard: readonly Heard[]): unknown[] {
  return callsOf(heard, 'recordByokEvents')
    .flatMap(({ body }) => body as { event: string; reason?: string }[])
    .filter(({ event }) => event === 'vault_locked')
    .map(({ reason }) => reason);
}

function bodyOf(request: Request): unknown {
  const text = request.postData();
  return text === null || text === '' ? null : (JSON.parse(text) as unknown);
}

export interface MadeReceipt {
  readonly provider?: string;
  readonly outcome?: string;
  readonly credential?: string;
  readonly reason?: string;
  readonly attempts?: number;
  /** How long ago it was, in milliseconds. */
  readonly ago?: number;
}

/** Whoever asks this origin for receipts gets these, newest first, as they are at that moment. */
export async function answerReceipts(
  context: BrowserContext,
  origin: string,
  receipts: () => readonly MadeReceipt[],
): Promise<void> {
  await context.route(`${origin}/byok/receipts`, (route) =>
    route.fulfill({
      json: {
        result: {
          data: {
            receipts: receipts().map(({ ago = 0, ...each }) => ({
              provider: 'gemini',
              job: 'chat',
              outcome: 'served',
              credential: 'user',
              reason: 'as_asked',
              attempts: 1,
              sealId: null,
              ...each,
              at: Date.now() - ago,
            })),
          },
        },
      },
    }),
  );
}

/** The app's own server, as far as jobs go: takes every key and job, and answers the second look with `end`. */
export async function answerJobs(context: BrowserContext, site: Site, end: object): Promise<void> {
  let looks = 0;
  await context.route(`${site.app}/byok/cacheByokKeys`, (route) =>
    route.fulfill({ json: { result: { data: { cached: ['gemini'], ttl: 300 } } } }),
  );
  await context.route(`${site.app}/demo/jobs`, (route) => route.fulfill({ json: { id: 'j1' } }));
  await context.route(`${site.app}/demo/jobs/j1`, (route) => {
    looks += 1;
    return route.fulfill({ json: looks > 1 ? end : { state: 'waiting' } });
  });
}

/** Acts until what the next reading brings is there: more often than every five seconds nothing is read. */
export async function readAgain(panel: Panel, shown: Locator): Promise<void> {
  await expect(async () => {
    await panel.act();
    await expect(shown).toBeVisible({ timeout: 500 });
  }).toPass();
}

/** From now on the platform says of whoever is signed in that their own keys are not used (E7). @returns what ends it. */
export async function switchOff(
  context: BrowserContext,
  site: Site,
  reason: string,
): Promise<() => Promise<void>> {
  const path = `${site.vault}/byok/whoami`;
  await context.route(path, async (route) => {
    const answer = await route.fetch();
    const { result } = (await answer.json()) as { result: { data: object } };
    await route.fulfill({ json: { result: { data: { ...result.data, notOffered: reason } } } });
  });
  return () => context.unroute(path);
}
