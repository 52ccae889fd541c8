/** The settings panel: one region, one view for each thing that the vault may be doing. */
import { render, type RefObject } from 'preact';
import type { JSX } from 'preact';
import { useCallback, useEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { Provider } from '../core/types.ts';
import type { SignedInUser, VaultService, VaultState } from '../vault/api.ts';
import { Panel, useVaultState, type PanelContext } from './context.tsx';
import { CreateVault } from './create-vault.tsx';
import { DialogAllow } from './dialog-allow.tsx';
import { DialogUnlock } from './dialog-unlock.tsx';
import { LockedTitle, LockedVault } from './locked.tsx';
import { ProgressLine } from './parts.tsx';
import { HeldKey } from './secrets.ts';
import { Unavailable } from './unavailable.tsx';
import { UnlockedVault } from './unlocked.tsx';
import { NotOffered } from './user.tsx';
import { words } from './words.ts';

/** What is shown: all of the panel, nothing until an app asks, or for one that does the password alone, or the question whether it
 *  may use keys. */
export type PanelView =
  | { readonly kind: 'panel' }
  | { readonly kind: 'none' }
  /** That the vault is locked, in a document that is about to go: no field, no key, nothing to press. */
  | { readonly kind: 'ended' }
  | { readonly kind: 'unlock' | 'allow'; readonly app: string; readonly onDecline: () => void };

interface Props {
  readonly vault: VaultService;
  readonly view: PanelView;
  /** A line of the site above everything, such as the sandbox's. */
  readonly banner?: JSX.Element | null;
  /** The operator's choice (docs/architecture.md). */
  readonly plainFields: boolean;
}

export function VaultPanel({ vault, view, banner, plainFields }: Props): JSX.Element {
  const state = useVaultState(vault);
  const { phase } = state;
  const [providers, setProviders] = useState<readonly Provider[]>([]);
  const [said, setSaid] = useState('');
  const held = useMemo(() => new HeldKey(), []);
  const announce = useCallback((text: string) => {
    setSaid(text);
  }, []);
  const usable = phase !== 'starting' && phase !== 'unavailable';
  useEffect(() => {
    if (!usable) return;
    vault.providers().then(setProviders, () => {
      // The state says why; there is nothing to show cards for.
    });
  }, [vault, usable]);

  // What is said stays readable for a while, and the same words can be said again.
  useEffect(() => {
    if (said === '') return;
    const timer = setTimeout(() => {
      setSaid('');
    }, 5000);
    return () => {
      clearTimeout(timer);
    };
  }, [said]);

  // An entered key never outlives the page, nor a lock that came after it.
  const before = useRef(phase);
  if (before.current === 'unlocked' && phase !== 'unlocked') held.drop();
  before.current = phase;
  const title = usePhaseFocus(phase);
  useEffect(() => {
    const drop = (): void => {
      held.drop();
    };
    addEventListener('pagehide', drop);
    return () => {
      removeEventListener('pagehide', drop);
      drop();
    };
  }, [held]);

  useActivity(vault);
  const context = useMemo<PanelContext>(
    () => ({ vault, providers, held, announce, plainFields }),
    [vault, providers, held, announce, plainFields],
  );
  return (
    <Panel.Provider value={context}>
      <div class="vault">
        {view.kind === 'panel' && banner}
        {view.kind === 'unlock' && <DialogUnlock state={state} app={view.app} onDecline={view.onDecline} />}
        {view.kind === 'allow' && <DialogAllow app={view.app} onDecline={view.onDecline} />}
        {(view.kind === 'panel' || view.kind === 'ended') && (
          <section class="panel" aria-labelledby="byok-title">
            <header class="panel-head">
              <h1 id="byok-title" class="panel-title" tabIndex={-1} ref={title}>
                {words.region}
              </h1>
              <p class="lead">{words.intro}</p>
            </header>
            {view.kind === 'ended' ? <Ended /> : <Phase state={state} />}
          </section>
        )}
        <p class="visually-hidden" aria-live="polite">
          {said}
        </p>
      </div>
    </Panel.Provider>
  );
}

function Phase({ state }: { readonly state: VaultState }): JSX.Element {
  switch (state.phase) {
    case 'starting':
      return (
        <div class="card" role="status">
          <p>{words.starting}</p>
          <ProgressLine label={words.starting} />
        </div>
      );
    case 'unavailable':
      return <Unavailable code={state.error.code} />;
    case 'empty':
      return <NoVault platformUser={state.platformUser} />;
    case 'locked':
      return <LockedVault state={state} />;
    case 'unlocked':
      return <UnlockedVault state={state} />;
  }
}

function NoVault({ platformUser }: { readonly platformUser: SignedInUser | null }): JSX.Element {
  const reason = platformUser?.notOffered ?? null;
  return reason === null ? (
    <CreateVault platformUser={platformUser} />
  ) : (
    <NotOffered reason={reason} stored={false} />
  );
}

function Ended(): JSX.Element {
  return (
    <section class="card">
      <LockedTitle />
    </section>
  );
}

/** Moves the focus where there is none: never away from where someone types. */
export function focusIn(root: HTMLElement, on: 'title' | 'password'): void {
  if (document.activeElement !== document.body) return;
  const field = root.querySelector<HTMLElement>('input[autocomplete="current-password"]');
  const title = root.querySelector<HTMLElement>('.dialog-card h1, .panel-title');
  (on === 'password' ? (field ?? title) : title)?.focus({ preventScroll: true });
}

/** What had the focus goes with the view that it was in: then the panel's title takes it, where one goes on reading. */
function usePhaseFocus(phase: VaultState['phase']): RefObject<HTMLHeadingElement | null> {
  const title = useRef<HTMLHeadingElement>(null);
  const before = useRef(phase);
  useEffect(() => {
    if (before.current === phase) return;
    before.current = phase;
    if (document.hasFocus() && document.activeElement === document.body)
      title.current?.focus({ preventScroll: true });
  }, [phase]);
  return title;
}

/** Pointer, key and touch keep the vault open; moving a pointer across is not acting. */
function useActivity(vault: VaultService): void {
  useEffect(() => {
    const act = (): void => {
      vault.activity();
    };
    const events = ['pointerdown', 'keydown', 'touchstart', 'wheel'] as const;
    const options = { capture: true, passive: true } as const;
    for (const event of events) addEventListener(event, act, options);
    return () => {
      for (const event of events) removeEventListener(event, act, options);
    };
  }, [vault]);
}

export interface MountedPanel {
  show(view: PanelView): void;
  unmount(): void;
}

export type MountOptions = Partial<Pick<Props, 'banner' | 'plainFields'>>;

/** Draws the panel into `root`, which it owns from then on. */
export function mountPanel(
  root: HTMLElement,
  vault: VaultService,
  view: PanelView,
  { banner = null, plainFields = false }: MountOptions = {},
): MountedPanel {
  const show = (next: PanelView): void => {
    render(<VaultPanel vault={vault} view={next} banner={banner} plainFields={plainFields} />, root);
  };
  show(view);
  return {
    show,
    unmount: () => {
      render(null, root);
    },
  };
}
