/** Typed requests and answers between a document and its worker. All bytes are transferred: whoever sends a secret has it no more. */
import { VaultError, type VaultErrorCode } from '../core/vault-error.ts';

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- the only type that every parameter list fits
type Operation = (...args: any[]) => unknown;
/** What one side offers, as an interface of functions. */
type Offer<T> = { readonly [K in keyof T]: Operation };

interface Request {
  readonly id: number;
  readonly op: string;
  readonly args: unknown[];
}
type Answer = { readonly id: number } & ({ readonly value: unknown } | { readonly code: VaultErrorCode });
interface Notice {
  readonly notice: unknown;
}

/**
 * A worker, seen from either side. No MessagePort: Firefox carries those through its parent process, and leaves copies of what was
 * transferred in each (measured); what goes straight to a worker moves within the process.
 */
export interface Line {
  postMessage(message: unknown, transfer: Transferable[]): void;
  onmessage: ((event: MessageEvent) => unknown) | null;
}

/** The buffers of all byte arrays in a message. */
function buffersOf(value: unknown): ArrayBuffer[] {
  if (value instanceof Uint8Array) return value.buffer instanceof ArrayBuffer ? [value.buffer] : [];
  if (typeof value !== 'object' || value === null) return [];
  return [...new Set(Object.values(value).flatMap(buffersOf))];
}

/** Fills every byte array in a message that could not be sent with 0. */
function wipeAll(value: unknown): void {
  for (const buffer of buffersOf(value)) if (buffer.byteLength > 0) new Uint8Array(buffer).fill(0);
}

/** The side that asks. */
export class Remote<T extends Offer<T>> {
  readonly #line: Line;
  readonly #waiting = new Map<number, (answer: Answer) => void>();
  #next = 0;
  #ended: VaultErrorCode | null = null;

  /** @param onNotice what the other side says unasked. */
  constructor(line: Line, onNotice: (notice: unknown) => void) {
    this.#line = line;
    line.onmessage = ({ data }: MessageEvent<Answer | Notice>) => {
      if ('notice' in data) {
        onNotice(data.notice);
        return;
      }
      const settle = this.#waiting.get(data.id);
      this.#waiting.delete(data.id);
      settle?.(data);
    };
  }

  /** @throws VaultError as the other side does; superseded or worker_failed where it ended meanwhile. */
  call<K extends keyof T & string>(op: K, ...args: Parameters<T[K]>): Promise<Awaited<ReturnType<T[K]>>> {
    const id = this.#next++;
    return new Promise((resolve, reject) => {
      if (this.#ended !== null) {
        // A worker that has ended swallows what it is given, and would never answer.
        wipeAll(args);
        reject(new VaultError(this.#ended));
        return;
      }
      this.#waiting.set(id, (answer) => {
        if ('code' in answer) reject(new VaultError(answer.code));
        else resolve(answer.value as Awaited<ReturnType<T[K]>>);
      });
      try {
        this.#line.postMessage({ id, op, args } satisfies Request, buffersOf(args));
      } catch {
        // A buffer that was handed over before, or one that can't be.
        this.#waiting.delete(id);
        wipeAll(args);
        reject(new VaultError('bad_argument'));
      }
    });
  }

  /** Refuses what is still waiting, and every later call. */
  end(code: VaultErrorCode): void {
    this.#ended ??= code;
    this.#line.onmessage = null;
    const waiting = [...this.#waiting];
    this.#waiting.clear();
    for (const [id, settle] of waiting) settle({ id, code });
  }
}

/** The side that answers, as soon as there are `operations`. @returns what says something unasked. */
export function serve<T extends Offer<T>>(line: Line, operations: Promise<T>): (notice: unknown) => void {
  const known = operations.then((offer) => new Map(Object.entries<Operation>(offer)));
  // Reaches the document as this worker's error: worker_failed.
  known.catch(reportError);
  line.onmessage = async ({ data }: MessageEvent<Request>) => {
    const { id, op, args } = data;
    let answer: Answer;
    try {
      const operation = (await known).get(op);
      if (operation === undefined) throw new VaultError('bad_message');
      answer = { id, value: await operation(...args) };
    } catch (error) {
      answer = { id, code: error instanceof VaultError ? error.code : 'internal' };
    } finally {
      wipeAll(args);
    }
    line.postMessage(answer, buffersOf(answer));
  };
  return (notice) => {
    line.postMessage({ notice } satisfies Notice, []);
  };
}
