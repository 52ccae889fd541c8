/** Typed requests and answers over a MessagePort. All bytes are transferred: whoever sends a secret has it no more. */
import { VaultError, type VaultErrorCode } from '../core/errors.ts';

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
  readonly #port: MessagePort;
  readonly #waiting = new Map<number, (answer: Answer) => void>();
  #next = 0;
  #ended: VaultErrorCode | null = null;

  /** @param onNotice what the other side says unasked. */
  constructor(port: MessagePort, onNotice: (notice: unknown) => void) {
    this.#port = port;
    port.onmessage = ({ data }: MessageEvent<Answer | Notice>) => {
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
        // A closed port swallows what it is given, and would never answer.
        wipeAll(args);
        reject(new VaultError(this.#ended));
        return;
      }
      this.#waiting.set(id, (answer) => {
        if ('code' in answer) reject(new VaultError(answer.code));
        else resolve(answer.value as Awaited<ReturnType<T[K]>>);
      });
      try {
        this.#port.postMessage({ id, op, args } satisfies Request, buffersOf(args));
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
    this.#port.close();
    const waiting = [...this.#waiting];
    this.#waiting.clear();
    for (const [id, settle] of waiting) settle({ id, code });
  }
}

/** The side that answers. @returns what says something unasked. */
export function serve<T extends Offer<T>>(port: MessagePort, operations: T): (notice: unknown) => void {
  const known = new Map(Object.entries<Operation>(operations));
  port.onmessage = async ({ data }: MessageEvent<Request>) => {
    const { id, op, args } = data;
    let answer: Answer;
    try {
      const operation = known.get(op);
      if (operation === undefined) throw new VaultError('bad_message');
      answer = { id, value: await operation(...args) };
    } catch (error) {
      answer = { id, code: error instanceof VaultError ? error.code : 'internal' };
    } finally {
      wipeAll(args);
    }
    port.postMessage(answer, buffersOf(answer));
  };
  return (notice) => {
    port.postMessage({ notice } satisfies Notice);
  };
}
