/** A contender in a browser's worker; its own bundle, see chromium.ts. */
import { answering, type Question } from './answer.ts';
import type { Load, ReadFile } from './contender.ts';

/** What a worker's global scope has, as far as it is used here: the bench is typed as a document's code. */
interface Scope {
  onmessage: ((event: MessageEvent<Question>) => void) | null;
  postMessage(value: unknown): void;
}

const read: ReadFile = async (name) => {
  const response = await fetch(`/${name}`);
  if (!response.ok) throw new Error(`${name}: ${String(response.status)}`);
  return new Uint8Array(await response.arrayBuffer());
};

export function serve(load: Load): void {
  const [memoryKib, passes] = new URL(globalThis.location.href).hash.slice(1).split(',').map(Number);
  const answer = answering(load, read, { memoryKib: memoryKib ?? 0, passes: passes ?? 0 });
  const scope = globalThis as unknown as Scope;
  scope.onmessage = ({ data }) => {
    // What fails here is an error of the worker, which the page reports.
    void answer(data).then(
      (given) => {
        scope.postMessage(given);
      },
      (error: unknown) => {
        setTimeout(() => {
          throw error;
        });
      },
    );
  };
}
