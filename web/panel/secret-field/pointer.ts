/** The caret and the selection by mouse, pen and finger. */
export interface PointerOptions {
  readonly input: HTMLInputElement;
  readonly signal: AbortSignal;
  readonly place: (x: number, extend: boolean) => void;
  readonly selectAll: () => void;
}

export function followPointer({ input, signal, place, selectAll }: PointerOptions): void {
  input.addEventListener(
    'mousedown',
    (event) => {
      if (event.button !== 0) return;
      // The whole secret is one word.
      if (event.detail > 1) {
        selectAll();
        return;
      }
      place(event.clientX, event.shiftKey);
      const end = new AbortController();
      const until = { signal: AbortSignal.any([signal, end.signal]) };
      addEventListener(
        'mousemove',
        (move) => {
          place(move.clientX, true);
        },
        until,
      );
      addEventListener(
        'mouseup',
        () => {
          end.abort();
        },
        until,
      );
    },
    { signal },
  );
}
