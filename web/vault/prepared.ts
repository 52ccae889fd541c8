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
  timer: ReturnType<typeof setTimeout>;
  /** Whether it was told what it will derive with. */
  told: boolean;
  task: UnlockTask | null;
}

export class PreparedDeriver {
  readonly #start: (onFailure: () => void) => Running<DeriverApi>;
  #waiting: Waiting | null = null;

  constructor(start: (onFailure: () => void) => Running<DeriverApi>) {
    this.#start = start;
  }

  /** Whether one is ready, or about to be. */
  get isBegun(): boolean {
    return this.#waiting?.told === true;
  }

  /** Never fails: without it the derivation takes longer, and says itself what is wrong. */
  begin({ task, forNew }: Foreseen): void {
    const waiting = this.#ready();
    waiting.told = true;
    Promise.resolve(task)
      .then((found) => {
        if (this.#waiting !== waiting) return;
        waiting.task = found;
        return waiting.deriver.remote.call('prepare', found?.params.slice() ?? null, forNew);
      })
      .catch(() => undefined);
  }

  /** For what is asked while a password is typed; the same one will derive from it. */
  get remote(): Running<DeriverApi>['remote'] {
    return this.#ready().deriver.remote;
  }

  /** One that waits, from now on for as long as any. */
  #ready(): Waiting {
    const end = (): void => {
      this.end('superseded');
    };
    clearTimeout(this.#waiting?.timer);
    const timer = setTimeout(end, keptMs);
    if (this.#waiting === null) this.#waiting = { deriver: this.#start(end), timer, told: false, task: null };
    else this.#waiting.timer = timer;
    return this.#waiting;
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
