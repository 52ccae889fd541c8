/** Small parts that look the same everywhere. */
import type { ComponentChildren, JSX } from 'preact';
import { useEffect, useId, useRef } from 'preact/hooks';
import type { Seen } from './seen.tsx';
import type { Tone } from './verdicts.ts';
import { words } from './words.ts';

const paths = {
  locked:
    'M5 7V5a3 3 0 0 1 6 0v2h.5A1.5 1.5 0 0 1 13 8.500v4A1.5 1.5 0 0 1 11.500 14h-7A1.5 1.5 0 0 1 3 12.500v-4A1.5 1.5 0 0 1 4.500 7zm1.500 0h3V5a1.500 1.500 0 0 0-3 0z',
  unlocked:
    'M6.500 7h5A1.5 1.5 0 0 1 13 8.500v4a1.5 1.5 0 0 1-1.500 1.500h-7A1.5 1.5 0 0 1 3 12.500v-4A1.5 1.5 0 0 1 4.500 7H5V4.500a3 3 0 0 1 5.900-.75.75.75 0 0 1-1.450.4A1.500 1.500 0 0 0 6.500 4.500z',
  good: 'M8 1.500a6.500 6.500 0 1 1 0 13 6.500 6.500 0 0 1 0-13zm3.280 4.470a.75.75 0 0 0-1.060 0L7 9.190 5.780 7.970a.75.75 0 0 0-1.060 1.060l1.750 1.750a.75.75 0 0 0 1.060 0l3.750-3.750a.75.75 0 0 0 0-1.060z',
  warning:
    'M8.870 2.260l5.440 9.500A1 1 0 0 1 13.440 13.250H2.560a1 1 0 0 1-.87-1.490l5.440-9.500a1 1 0 0 1 1.740 0zM8 5.500a.75.75 0 0 0-.75.75v2.500a.75.75 0 0 0 1.500 0v-2.500A.75.75 0 0 0 8 5.500zm0 5a.9.9 0 1 0 0 1.800.9.9 0 0 0 0-1.800z',
  bad: 'M8 1.500a6.500 6.500 0 1 1 0 13 6.500 6.500 0 0 1 0-13zM5.970 4.910a.75.75 0 0 0-1.060 1.060L6.940 8l-2.030 2.030a.75.75 0 0 0 1.060 1.060L8 9.060l2.030 2.030a.75.75 0 0 0 1.060-1.060L9.060 8l2.030-2.030a.75.75 0 0 0-1.060-1.060L8 6.940z',
  neutral:
    'M8 1.500a6.500 6.500 0 1 1 0 13 6.500 6.500 0 0 1 0-13zM5 7.250a.75.75 0 0 0 0 1.500h6a.75.75 0 0 0 0-1.500z',
} as const;

export function Icon({ name }: { readonly name: keyof typeof paths }): JSX.Element {
  return (
    <svg class="icon" viewBox="0 0 16 16" aria-hidden="true" focusable="false">
      <path d={paths[name]} fill="currentColor" fill-rule="evenodd" clip-rule="evenodd" />
    </svg>
  );
}

export function Badge({
  tone,
  children,
}: {
  readonly tone: Tone;
  readonly children: ComponentChildren;
}): JSX.Element {
  return (
    <span class={`badge ${tone}`}>
      <Icon name={tone} />
      {children}
    </span>
  );
}

interface NoticeProps {
  readonly tone: Tone;
  readonly title?: string;
  readonly children: ComponentChildren;
  /** 'alert' for what the person must know before going on. */
  readonly role?: 'alert' | 'status';
}

export function Notice({ tone, title, children, role }: NoticeProps): JSX.Element {
  return (
    <div class={`notice ${tone}`} role={role}>
      <Icon name={tone} />
      <div class="notice-text">
        {title !== undefined && <strong>{title}</strong>}
        {children}
      </div>
    </div>
  );
}

interface SubmitProps {
  readonly children: ComponentChildren;
  readonly busy: boolean;
  readonly working: string;
  readonly disabled?: boolean;
  readonly tone?: 'primary' | 'danger';
  /** Watched: what must not be pressed unseen waits, and {@link Unseen} beside it says why. */
  readonly seen?: Seen;
  /** False where it is watched only, and works unseen as well. */
  readonly waits?: boolean;
}

/** Keeps its name while it works, so that it stays where people and tests look for it. */
export function Submit(props: SubmitProps): JSX.Element {
  const { children, busy, working, disabled, tone = 'primary', seen, waits = true } = props;
  return (
    <button
      ref={seen?.ref ?? null}
      type="submit"
      class={`button ${tone}`}
      disabled={disabled === true || busy}
      aria-busy={busy}
      aria-disabled={waits && seen?.ready === false ? true : undefined}
      onClick={(event) => {
        if (waits && seen?.press() === false) event.preventDefault();
      }}
    >
      {busy ? (
        <>
          <span class="spinner" aria-hidden="true" />
          {working}
        </>
      ) : (
        children
      )}
    </button>
  );
}

/** A line that moves while long work is under way; what is done is said in words beside it. */
export function ProgressLine({ label }: { readonly label: string }): JSX.Element {
  return (
    <div class="progress" role="progressbar" aria-label={label}>
      <div class="progress-bar" />
    </div>
  );
}

export function preventSubmit(event: Event): void {
  event.preventDefault();
}

interface DialogProps {
  readonly title: string;
  readonly onClose: () => void;
  readonly children: ComponentChildren;
  readonly alert?: boolean;
}

/** Focus moves in, stays in, and returns. In a tall frame it opens beside what opened it, not in the middle of the frame. */
export function Dialog({ title, onClose, children, alert }: DialogProps): JSX.Element {
  const dialog = useRef<HTMLDialogElement>(null);
  const id = useId();
  useEffect(() => {
    const element = dialog.current;
    if (element === null) return;
    const opener = document.activeElement;
    const framed = document.documentElement.classList.contains('framed');
    if (framed && opener !== null) {
      const { top } = opener.getBoundingClientRect();
      element.style.setProperty('--dialog-top', `${String(Math.max(16, Math.round(top) - 160))}px`);
    }
    element.showModal();
    // The frame is as tall as its page, and a dialog adds nothing to a page's height by itself.
    const fit = new ResizeObserver(() => {
      document.body.style.minBlockSize = `${String(Math.ceil(element.getBoundingClientRect().bottom) + 24)}px`;
    });
    if (framed) fit.observe(element);
    return () => {
      fit.disconnect();
      document.body.style.minBlockSize = '';
      element.close();
      if (opener instanceof HTMLElement && opener.isConnected) opener.focus();
    };
  }, []);
  return (
    <dialog
      ref={dialog}
      class="dialog"
      role={alert === true ? 'alertdialog' : undefined}
      aria-labelledby={`${id}-title`}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
    >
      <h2 id={`${id}-title`} class="dialog-title">
        {title}
      </h2>
      {children}
    </dialog>
  );
}

export function CancelButton({
  onClick,
  disabled,
}: {
  readonly onClick: () => void;
  readonly disabled?: boolean;
}): JSX.Element {
  return (
    <button type="button" class="button" onClick={onClick} disabled={disabled}>
      {words.cancel}
    </button>
  );
}

/** Password managers file a password under a name; there is one vault in a browser, so there is one name. */
export function VaultName(): JSX.Element {
  return <input type="text" autocomplete="username" value={words.region} readOnly hidden />;
}
