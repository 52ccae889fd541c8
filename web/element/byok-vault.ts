/**
 * `<byok-vault src="https://vault.example.com/">`: the vault's own site in a frame, with the calls that an app may make.
 *
 * The app's page never sees a password or a provider key: they are typed into, and stay in, a document of another
 * origin. What comes out is sealed to the platform.
 *
 * @example
 * ```ts
 * import 'byok-vault/element';
 * const vault = document.querySelector('byok-vault');
 * const [key] = await vault.seal(['openai']);
 * ```
 */
import { VaultError } from '../core/errors.ts';
import {
  areProviders,
  type CallResult,
  type EmbedState,
  type EmbedView,
  type FocusTarget,
} from '../embed/protocol.ts';
import type { SealedKey } from '../vault/api.ts';
import { again, Link, type Method } from './link.ts';
import { makeRestInert } from './modal.ts';
import { Placeholder } from './placeholder.ts';
import { makeStyles } from './styles.ts';

export { VaultError, type VaultErrorCode } from '../core/errors.ts';
export type { EmbedState } from '../embed/protocol.ts';
export type { SealedKey } from '../vault/api.ts';

/**
 * How long the place of a locked frame stays empty, in milliseconds. Chromium keeps the process of a removed frame for half a second,
 * for what listens to `pagehide`, and would give it to a frame made in that time, with all that is in its memory.
 */
const freshAfterMs = 750;

const words = {
  frameTitle: 'API keys',
  dialogTitles: { unlock: 'Unlock your vault', allow: 'Allow this app to use your API keys' },
  failed: 'Your vault could not be loaded. Check your connection, or ask whoever runs this app.',
  retry: 'Try again',
};

/** The events of the element: `state`, whenever the vault is created, locked, unlocked or deleted. */
export interface ByokVaultEventMap {
  state: CustomEvent<EmbedState>;
}

export class ByokVaultElement extends HTMLElement {
  static readonly observedAttributes = ['src', 'mode'];

  readonly #stage = document.createElement('div');
  readonly #note = document.createElement('div');
  readonly #placeholder = new Placeholder(() => {
    this.#focusNext = 'password';
    this.#fresh().catch(() => undefined);
  });
  #link: Link | null = null;
  /** When the last frame ended with a lock, on the clock of `performance.now()`; null unless its place is still empty. */
  #endedAt: number | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** Where the focus goes once a fresh frame is drawn. */
  #focusNext: FocusTarget | null = null;
  #told: EmbedState | null = null;
  #leaving: AbortController | null = null;
  #view: EmbedView = 'panel';
  #freePage: (() => void) | null = null;
  #returnFocus: Element | null = null;

  constructor() {
    super();
    // Open: a closed one keeps no script of the page out, and hides the frame from tests and tools.
    const root = this.attachShadow({ mode: 'open' });
    root.adoptedStyleSheets = [makeStyles()];
    this.#stage.className = 'stage';
    this.#stage.addEventListener('keydown', (event) => {
      if (event.key === 'Escape' && this.#view !== 'panel') this.#link?.send({ type: 'decline' });
    });
    this.#note.className = 'note';
    this.#note.hidden = true;
    this.#note.setAttribute('role', 'alert');
    const box = document.createElement('div');
    box.className = 'box';
    box.append(this.#stage, this.#placeholder.element);
    root.append(box, this.#note);
  }

  /** The vault's own address. Its origin is the only one that the element talks to. */
  get src(): string {
    return this.getAttribute('src') ?? '';
  }

  set src(value: string) {
    this.setAttribute('src', value);
  }

  /** `panel` shows the settings panel in place; `unlock` shows nothing until {@link seal} needs the password. */
  get mode(): 'panel' | 'unlock' {
    return this.getAttribute('mode') === 'unlock' ? 'unlock' : 'panel';
  }

  set mode(value: 'panel' | 'unlock') {
    this.setAttribute('mode', value);
  }

  /**
   * What the vault is doing; never what is stored in it.
   * @throws {@link VaultError} `worker_failed` where the frame could not be loaded.
   */
  async state(): Promise<EmbedState> {
    const result = await this.#call({ method: 'state' });
    if (typeof result !== 'string') throw new VaultError('bad_message');
    return result;
  }

  /**
   * Locks the vault in every tab. Jobs that wait keep the keys they were given, for up to 300 seconds: an app whose user logs out
   * calls the platform's `clearByokKeys` besides. @throws {@link VaultError} `worker_failed`.
   */
  async lock(): Promise<void> {
    await this.#call({ method: 'lock' });
  }

  /**
   * Seals one stored key for each provider to the platform, for at most 300 seconds. A locked vault asks for its password
   * first, in a dialog, and this resolves after it. So does the question whether this app may use keys: it is asked once, for
   * all providers, unless a key was saved in this app's page before, and again after the person has revoked it.
   * @param providers 1 to 8 different ids of the catalogue, such as `openai`.
   * @throws {@link VaultError} `user_declined`: the person said `Not now` or closed the dialog, or the page keeps
   * the element out of sight, or out of reach under a modal dialog of its own. `app_not_allowed`: revoked in the very moment. `locked`: someone locked the vault meanwhile.
   * `rate_limited`: more than 30 calls within a minute, or 16 under way. `no_key`: at least one of them has no usable key.
   * `user_unconfirmed`, `platform_unreachable`, `bad_argument`, `worker_failed`.
   */
  async seal(providers: readonly string[]): Promise<SealedKey[]> {
    if (!areProviders(providers)) throw new VaultError('bad_argument');
    const result = await this.#call({ method: 'seal', providers: [...providers] });
    if (!Array.isArray(result)) throw new VaultError('bad_message');
    return result as SealedKey[];
  }

  override addEventListener<K extends keyof ByokVaultEventMap>(
    type: K,
    listener: (event: ByokVaultEventMap[K]) => void,
    options?: boolean | AddEventListenerOptions,
  ): void;
  override addEventListener(
    type: string,
    listener: EventListenerOrEventListenerObject,
    options?: boolean | AddEventListenerOptions,
  ): void;
  override addEventListener(
    type: string,
    listener: ((event: never) => void) | EventListenerOrEventListenerObject,
    options?: boolean | AddEventListenerOptions,
  ): void {
    super.addEventListener(type, listener as EventListenerOrEventListenerObject, options);
  }

  connectedCallback(): void {
    this.#mount();
    this.#followCache();
  }

  disconnectedCallback(): void {
    this.#leaving?.abort();
    this.#unmount();
  }

  attributeChangedCallback(_name: string, before: string | null, after: string | null): void {
    if (!this.isConnected || before === after) return;
    this.#unmount();
    this.#mount();
  }

  /** Puts a frame into its place; behind the placeholder, where that stands, until the frame is drawn. */
  #mount(): void {
    this.#link?.remove();
    this.#link = null;
    clearTimeout(this.#timer);
    this.#endedAt = null;
    if (this.src === '') return;
    const url = URL.parse(this.src, document.baseURI);
    if (url === null || !/^https?:$/.test(url.protocol)) {
      this.#showNote();
      return;
    }
    this.#note.hidden = true;
    this.#stage.hidden = false;
    if (this.mode === 'unlock') url.searchParams.set('mode', 'unlock');
    const link = new Link(url, words.frameTitle, {
      state: (state) => {
        this.#tell(state);
      },
      size: () => {
        this.#reveal();
      },
      view: (view) => {
        this.#reveal();
        this.#show(view);
      },
      ended: (ranOut) => {
        this.#rest(ranOut);
      },
      reloaded: () => {
        this.#mount();
      },
      failed: () => {
        this.#unmount();
        this.#showNote();
      },
    });
    this.#link = link;
    this.#show('panel');
    this.#stage.append(link.iframe);
  }

  #unmount(): void {
    clearTimeout(this.#timer);
    this.#endedAt = null;
    this.#focusNext = null;
    this.#told = null;
    this.#placeholder.hide();
    const link = this.#link;
    this.#link = null;
    this.#show('panel');
    link?.remove();
  }

  /** After a lock the frame goes, and its memory with it; its place stays as tall, until a fresh frame is in it. */
  #rest(ranOut: boolean): void {
    const link = this.#link;
    if (link === null) return;
    // The dialog goes first, and gives the focus back to the page.
    this.#show('panel');
    const hadFocus = this.shadowRoot?.activeElement === link.iframe;
    const { height } = link.iframe.getBoundingClientRect();
    this.#link = null;
    if (this.mode === 'panel') this.#placeholder.show(height);
    link.removeLocked(ranOut);
    if (hadFocus && this.mode === 'panel') {
      this.#focusNext = 'title';
      this.#placeholder.focus();
    }
    this.#endedAt = performance.now();
    this.#timer = setTimeout(() => {
      if (this.#isResting() && this.#isInSight()) this.#mount();
    }, freshAfterMs);
  }

  /** A drawn frame takes its place from the placeholder. */
  #reveal(): void {
    if (this.#placeholder.element.hidden || this.#link === null) return;
    const hadFocus = this.#placeholder.element.contains(this.shadowRoot?.activeElement ?? null);
    const on = this.#focusNext;
    this.#focusNext = null;
    this.#placeholder.hide();
    this.#dress();
    if (!hadFocus || on === null) return;
    this.#link.iframe.focus({ preventScroll: true });
    this.#link.send({ type: 'focus', on });
  }

  /** In the back/forward cache, a page would keep its frames and all that is in them (E21). */
  #followCache(): void {
    this.#leaving = new AbortController();
    const { signal } = this.#leaving;
    addEventListener(
      'pagehide',
      ({ persisted }) => {
        if (!persisted || this.#link === null) return;
        this.#rest(false);
        // What is unlocked locks as it goes; whatever else it was, it is still.
        if (this.#told === 'unlocked') this.#tell('locked');
      },
      { signal },
    );
    addEventListener(
      'pageshow',
      ({ persisted }) => {
        if (persisted && this.#isResting() && this.#isInSight()) this.#mount();
      },
      { signal },
    );
  }

  /** Whether a person may be looking at it: a frame that is out of sight waits until it is asked for. */
  #isInSight(): boolean {
    if (document.visibilityState !== 'visible') return false;
    if (this.mode === 'unlock') return true;
    const { top, bottom, left, right } = this.getBoundingClientRect();
    return this.checkVisibility() && bottom > 0 && right > 0 && top < innerHeight && left < innerWidth;
  }

  #isResting(): boolean {
    return this.#endedAt !== null;
  }

  #tell(state: EmbedState): void {
    // A fresh frame begins where the last one ended: that is no news.
    if (state === this.#told) return;
    this.#told = state;
    this.dispatchEvent(new CustomEvent('state', { detail: state }));
  }

  async #call(method: Method): Promise<CallResult> {
    for (;;) {
      const link = this.#link ?? (await this.#fresh());
      const result = await link.call(method);
      if (result !== again) return result;
    }
  }

  /** The frame that comes after a locked one, for a call that can't wait until someone looks. */
  async #fresh(): Promise<Link> {
    if (this.#endedAt !== null) {
      const wait = this.#endedAt + freshAfterMs - performance.now();
      await new Promise((resolve) => setTimeout(resolve, Math.max(0, wait)));
      // Unless someone was faster, or the element left the page.
      if (this.#isResting()) this.#mount();
    }
    // After a frame that could not be loaded: the network may be back.
    if (this.#link === null && this.isConnected) this.#mount();
    if (this.#link === null) throw new VaultError('worker_failed');
    return this.#link;
  }

  #dress(): void {
    const coming = !this.#placeholder.element.hidden;
    const place = this.mode === 'unlock' ? 'stage away' : coming ? 'stage coming' : 'stage';
    this.#stage.className = this.#view === 'panel' ? place : 'stage modal';
    this.#stage.inert = coming;
  }

  /** Brings the one frame to the top of the page, or back to its place. It is never moved: that would load it anew. */
  #show(view: EmbedView): void {
    const stage = this.#stage;
    const modal = view !== 'panel';
    const wasModal = this.#view !== 'panel';
    this.#view = view;
    const { height } = this.getBoundingClientRect();
    // First of all: what is still out of sight can't take the focus.
    this.#dress();
    if (modal) stage.setAttribute('aria-label', words.dialogTitles[view]);
    if (modal && !wasModal) {
      this.#returnFocus = focused();
      // The page below stays as it is while the frame is above it.
      this.style.minBlockSize = `${String(height)}px`;
      stage.popover = 'manual';
      stage.setAttribute('role', 'dialog');
      stage.setAttribute('aria-modal', 'true');
      stage.showPopover();
      const isUnderModal = [...document.querySelectorAll(':modal')].some((dialog) => !dialog.contains(this));
      if (!stage.checkVisibility() || isUnderModal) {
        // The app keeps the element out of sight, or out of reach: a modal dialog keeps all else from keyboard and pointer, also what
        // lies above it. No one could answer, and the page would be inert for nothing.
        this.#link?.send({ type: 'decline' });
        return;
      }
      this.#freePage = makeRestInert(stage);
      this.#link?.iframe.focus();
      // On its way to the top of the page the frame was not drawn for a moment, and what had the focus in it lost it.
      this.#link?.send({ type: 'focus', on: view === 'unlock' ? 'password' : 'title' });
    } else if (!modal && wasModal) {
      for (const name of ['popover', 'role', 'aria-modal', 'aria-label']) stage.removeAttribute(name);
      this.style.minBlockSize = '';
      this.#freePage?.();
      this.#freePage = null;
      if (this.#returnFocus instanceof HTMLElement) this.#returnFocus.focus();
      this.#returnFocus = null;
    }
  }

  #showNote(): void {
    const text = document.createElement('p');
    text.textContent = words.failed;
    const retry = document.createElement('button');
    retry.type = 'button';
    retry.textContent = words.retry;
    retry.addEventListener('click', () => {
      this.#mount();
    });
    this.#note.replaceChildren(text, retry);
    this.#note.hidden = this.mode === 'unlock';
    this.#placeholder.hide();
    this.#stage.hidden = true;
  }
}

/** What has the focus, also within other elements' shadow trees. */
function focused(): Element | null {
  let element = document.activeElement;
  while (element?.shadowRoot?.activeElement) element = element.shadowRoot.activeElement;
  return element;
}

declare global {
  interface HTMLElementTagNameMap {
    'byok-vault': ByokVaultElement;
  }
}

if (customElements.get('byok-vault') === undefined) customElements.define('byok-vault', ByokVaultElement);
