/** What the vault tells the platform of itself, for the operator's counters: words of closed lists, a few at a time. */
import type { LockReason } from '../core/types.ts';

export type Report =
  | { readonly event: 'vault_locked'; readonly reason: LockReason }
  | { readonly event: 'unlock_failed' }
  | { readonly event: 'key_stored'; readonly provider: string };

/** What comes within this time of the first is sent with it, in milliseconds. */
const gatherMs = 1_000;
/** As many as the platform takes at once; what comes on top of them is not told. */
const maxReports = 20;

export class Reports {
  readonly #send: (reports: Report[]) => void;
  #waiting: Report[] = [];
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** @param send must not throw. */
  constructor(send: (reports: Report[]) => void) {
    this.#send = send;
  }

  add(report: Report): void {
    if (this.#waiting.length >= maxReports) return;
    if (this.#waiting.push(report) === 1)
      this.#timer = setTimeout(() => {
        this.send();
      }, gatherMs);
  }

  /** Sends what waits, where something does. */
  send(): void {
    clearTimeout(this.#timer);
    const reports = this.#waiting;
    this.#waiting = [];
    if (reports.length > 0) this.#send(reports);
  }
}
