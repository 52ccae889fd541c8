/** What happens to the document: seen, hidden, left (E19, E21). */

export interface PageWatcher {
  /** Visible, focused, resumed or restored again: the first moment after a sleep. */
  shown(): void;
  hidden(): void;
  /** Going away, or into the back/forward cache, where everything in memory would stay. */
  left(): void;
}

/** @returns a function that stops watching. */
export function watchPage(watcher: PageWatcher): () => void {
  const ended = new AbortController();
  const { signal } = ended;
  const shown = (): void => {
    watcher.shown();
  };
  document.addEventListener(
    'visibilitychange',
    () => {
      if (document.visibilityState === 'hidden') watcher.hidden();
      else watcher.shown();
    },
    { signal },
  );
  document.addEventListener('resume', shown, { signal });
  addEventListener('pageshow', shown, { signal });
  addEventListener('focus', shown, { signal });
  addEventListener(
    'pagehide',
    () => {
      watcher.left();
    },
    { signal },
  );
  return () => {
    ended.abort();
  };
}
