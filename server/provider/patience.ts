/** How long a call of a provider may take (E30): in all, and without anything moving. */

export interface PatienceSettings {
  /** Milliseconds for the whole call, body included. */
  readonly totalMs: number;
  /** Milliseconds in which nothing arrives. */
  readonly silenceMs: number;
}

/** For a job: long answers take a minute or two; a line on which nothing moves for half of that is dead. */
export const jobPatience: PatienceSettings = { totalMs: 120_000, silenceMs: 60_000 };

export interface Patience {
  /** Aborts the call. */
  readonly signal: AbortSignal;
  /** Something arrived. */
  readonly moved: () => void;
  /** The call is over. */
  readonly end: () => void;
}

export function startPatience({ totalMs, silenceMs }: PatienceSettings): Patience {
  const controller = new AbortController();
  const abort = (): void => {
    controller.abort();
  };
  const total = setTimeout(abort, totalMs);
  const silence = setTimeout(abort, silenceMs);
  return {
    signal: controller.signal,
    moved: () => silence.refresh(),
    end: () => {
      clearTimeout(total);
      clearTimeout(silence);
    },
  };
}
