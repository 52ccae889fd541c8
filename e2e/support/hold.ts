/** Requests that wait until they are let go. */
import type { Page, Route } from '@playwright/test';

export interface Held {
  /** Resolves once there is one that waits. */
  readonly asked: Promise<unknown>;
  letGo(): void;
}

export async function hold(page: Page, url: string): Promise<Held> {
  const asked = page.waitForRequest(url);
  // Where the page goes before it asks, the test has failed for another reason.
  asked.catch(() => undefined);
  let letGo = (): void => undefined;
  const free = new Promise<void>((resolve) => {
    letGo = resolve;
  });
  await page.route(url, async (route: Route) => {
    await free;
    await route.continue().catch(() => undefined);
  });
  return { asked, letGo };
}
