/** The server's own answer to a request that a test changes on its way. */
import type { APIResponse, Route } from '@playwright/test';

/** The server may close a connection that was idle just as it is taken up again, which browsers forgive, too. */
export function answerOf(route: Route, url = route.request().url()): Promise<APIResponse> {
  return route.fetch({ url, maxRetries: 3 });
}
