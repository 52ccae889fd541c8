/** A deriver made ready while the password is being typed: its code optimised, its memory there. */
import type { KdfParams } from '../core/deriver.ts';
import type { DeriverApi } from './protocol.ts';
import type { Running } from './workers.ts';

/** So long the memory for a derivation, 64 MiB or more, is held for somebody who does not go on. */
const keptMs = 60_000;

export class PreparedDeriver {
  readonly #start: (onFailure: () => void) => Running<DeriverApi>;
  #waiting: { readonly deriver: Running<DeriverApi>; readonly timer: ReturnType<typeof setTimeout> } | null =
    null;

  constructor(start: (onFailure: () => void) => Running<DeriverApi>) {
    this.#start = start;
  }

  /** Nothing where one is ready. Never fails: without it the derivation takes longer, and says itself what is wrong. */
  begin(params: () => Promise<KdfParams>): void {
    if (this.#waiting !== null) return;
    const end = (): void => {
      this.end('superseded');
    };
    const deriver = this.#start(end);
    this.#waiting = { deriver, timer: setTimeout(end, keptMs) };
    params()
      .then((found) =>
        this.#waiting?.deriver === deriver ? deriver.remote.call('prepare', found) : undefined,
      )
      .catch(() => undefined);
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
