/** A deriver made ready while the password is being typed: its code optimised, its memory there. */
import type { KdfParams } from '../core/deriver.ts';
import type { DeriverApi } from './protocol.ts';
import type { Running } from './workers.ts';

/** So long the memory for a derivation, 64 MiB or more, is held for somebody who does not go on. */
const keptMs = 60_000;

interface Waiting {
  readonly deriver: Running<DeriverApi>;
  timer: ReturnType<typeof setTimeout>;
  /** Whether it was told what it will derive with. */
  told: boolean;
}

export class PreparedDeriver {
  readonly #start: (onFailure: () => void) => Running<DeriverApi>;
  #waiting: Waiting | null = null;

  constructor(start: (onFailure: () => void) => Running<DeriverApi>) {
    this.#start = start;
  }

  /** Nothing where one is ready. Never fails: without it the derivation takes longer, and says itself what is wrong. */
  begin(params: () => Promise<KdfParams>): void {
    if (this.#waiting?.told === true) return;
    const waiting = this.#ready();
    waiting.told = true;
    params()
      .then((found) =>
        this.#waiting === waiting ? waiting.deriver.remote.call('prepare', found) : undefined,
      )
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
    if (this.#waiting === null) this.#waiting = { deriver: this.#start(end), timer, told: false };
    else this.#waiting.timer = timer;
    return this.#waiting;
  }

  /** For the one derivation that it is made for; the caller ends it. It may still be at work. */
  take(): Running<DeriverApi> | null {
    const waiting = this.#waiting;
    this.#waiting = null;
    clearTimeout(waiting?.timer);
    return waiting?.deriver ?? null;
  }

  end(code: 'superseded' | 'worker_failed'): void {
    this.take()?.end(code);
  }
}
