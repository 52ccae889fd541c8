/** Tells the person, once each, what the app around the frame did. */
import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { Noticed } from '../embed/handshake.ts';
import { Notice } from '../panel/parts.tsx';
import { words } from '../panel/words.ts';

export class NoticeBoard {
  #noticed: readonly Noticed[] = [];
  #changed: (noticed: readonly Noticed[]) => void = () => undefined;

  add(what: Noticed): void {
    if (this.#noticed.includes(what)) return;
    this.#noticed = [...this.#noticed, what];
    this.#changed(this.#noticed);
  }

  /** Tells what there is now and whatever comes; to one reader. */
  read(changed: (noticed: readonly Noticed[]) => void): void {
    this.#changed = changed;
    changed(this.#noticed);
  }
}

export function NoticedLines({ board }: { readonly board: NoticeBoard }): JSX.Element {
  const [noticed, setNoticed] = useState<readonly Noticed[]>([]);
  useEffect(() => {
    board.read(setNoticed);
  }, [board]);
  // The region is there before its words, so that they are read out.
  return (
    <div class="stack" role="status">
      {noticed.map((each) => (
        <Notice key={each} tone="warning">
          <span>{words.frame.noticed[each]}</span>
        </Notice>
      ))}
    </div>
  );
}
