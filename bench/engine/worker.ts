/** A contender in a browser's worker. Each is a bundle of its own, see chromium.ts. */
import type { Answering, ReadFile } from './engine.ts';

/** A worker's global scope, as far as it is used here: the bench is typed as a document's code. */
interface Scope {
  onmessage: ((event: MessageEvent<unknown>) => void) | null;
  postMessage(value: unknown): void;
}

const read: ReadFile = async (name) => {
  const response = await fetch(`/${name}`);
  if (!response.ok) throw new Error(`${name}: ${String(response.status)}`);
  return new Uint8Array(await response.arrayBuffer());
};

export function serve<Module>(answering: Answering<Module, unknown, unknown>, contender: Module): void {
  const answer = answering(contender, read, new URL(globalThis.location.href).hash.slice(1));
  const scope = globalThis as unknown as Scope;
  scope.onmessage = ({ data }) => {
    // A rejection that nobody handles does not reach the page, an error does.
    answer(data).then(
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
