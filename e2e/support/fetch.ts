/** The server's own answer to a request that a test changes on its way. */
import type { APIResponse, Route } from '@playwright/test';

/** The server may close a connection that was idle just as it is taken up again, which browsers forgive, too. */
export function answerOf(route: Route, url = route.request().url()): Promise<APIResponse> {
  return route.fetch({ url, maxRetries: 3 });
}

/** Answers with a script that runs before the one that was asked for. */
export async function prepend(route: Route, script: string): Promise<void> {
  try {
    const response = await answerOf(route);
    const headers = response.headers();
    delete headers['content-encoding'];
    delete headers['content-length'];
    await route.fulfill({ status: response.status(), headers, body: script + (await response.text()) });
  } catch (error) {
    // Whoever asked may be gone by now, as at the end of a test.
    if (!/disposed|closed|Test ended/.test(String(error))) throw error;
  }
}
