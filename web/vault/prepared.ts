/** A deriver made ready while a password is being typed: its code optimised, its memory in use. It knows no password. */
import type { DeriverApi, UnlockTask } from './protocol.ts';
import type { Running } from './workers.ts';

/** So long the memory for a derivation, 64 MiB or more, is held for somebody who does not go on. */
const keptMs = 60_000;

/** What is to be derived: with stored parameters or, where there are none, with new ones; or with both. */
export interface Foreseen {
  readonly task: Promise<UnlockTask> | null;
  readonly forNew: boolean;
}

export interface Prepared {
  readonly deriver: Running<DeriverApi>;
  /** What it was prepared for, as far as that is known. */
  readonly task: UnlockTask | null;
}

interface Waiting {
  readonly deriver: Running<DeriverApi>;
  readonly timer: ReturnType<typeof setTimeout>;
  task: UnlockTask | null;
}

export class PreparedDeriver {
  readonly #start: (onFailure: () => void) => Running<DeriverApi>;
  #waiting: Waiting | null = null;

  constructor(start: (onFailure: () => void) => Running<DeriverApi>) {
    this.#start = start;
  }

  get isThere(): boolean {
    return this.#waiting !== null;
  }

  /** Never fails: without it the derivation takes longer, and says itself what is wrong. */
  begin({ task, forNew }: Foreseen): void {
    this.end('superseded');
    const end = (): void => {
      this.end('superseded');
    };
    const waiting: Waiting = { deriver: this.#start(end), timer: setTimeout(end, keptMs), task: null };
    this.#waiting = waiting;
    Promise.resolve(task)
      .then((found) => {
        if (this.#waiting !== waiting) return;
        waiting.task = found;
        return waiting.deriver.remote.call('prepare', found?.params.slice() ?? null, forNew);
      })
      .catch(() => undefined);
  }

  /** For the one derivation that it is made for; the caller ends it. It may still be at work. */
  take(): Prepared | null {
    const waiting = this.#waiting;
    this.#waiting = null;
    clearTimeout(waiting?.timer);
    return waiting;
  }

  end(code: 'superseded' | 'worker_failed'): void {
    this.take()?.deriver.end(code);
  }
}
