import type { ComponentChildren, JSX } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';
import { Icon } from './parts.tsx';

interface Props {
  readonly icon: 'locked' | 'unlocked';
  readonly title: string;
  readonly onDecline: () => void;
  /** Where nothing inside takes the focus: then a key that is still held down answers nothing. */
  readonly focusTitle?: boolean;
  readonly children: ComponentChildren;
}

/** What stands in the dialog that an app's page opens above itself. */
export function DialogCard({ icon, title, onDecline, focusTitle, children }: Props): JSX.Element {
  const heading = useRef<HTMLHeadingElement>(null);
  // With the drawing, not after it: Escape works from the first moment that there is something to close.
  useLayoutEffect(() => {
    if (focusTitle === true) heading.current?.focus();
  }, [focusTitle]);
  useLayoutEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (event.key === 'Escape') onDecline();
    };
    addEventListener('keydown', onKey);
    return () => {
      removeEventListener('keydown', onKey);
    };
  }, [onDecline]);
  return (
    <section class="card dialog-card" aria-label={title}>
      <h1 class="card-title with-icon" tabIndex={-1} ref={heading}>
        <Icon name={icon} />
        {title}
      </h1>
      {children}
    </section>
  );
}
