/** A moment at which nobody waits for anything. */

/** Where the browser does not say when it is idle, in milliseconds. */
const laterMs = 300;

/** @returns what calls it off. */
export function whenIdle(work: () => void): () => void {
  if ('requestIdleCallback' in globalThis) {
    const idle = requestIdleCallback(work);
    return () => {
      cancelIdleCallback(idle);
    };
  }
  const timer = setTimeout(work, laterMs);
  return () => {
    clearTimeout(timer);
  };
}
