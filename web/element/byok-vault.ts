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
  hello,
  readToApp,
  type CallResult,
  type EmbedState,
  type EmbedView,
} from '../embed/protocol.ts';
import type { SealedKey } from '../vault/api.ts';
import { makeRestInert } from './modal.ts';
import { makeStyles } from './styles.ts';

export { VaultError, type VaultErrorCode } from '../core/errors.ts';
export type { EmbedState } from '../embed/protocol.ts';
export type { SealedKey } from '../vault/api.ts';

/** How long the frame may take to answer the handshake, in milliseconds. */
const handshakeLimitMs = 10_000;
const activityEveryMs = 5_000;

const words = {
  frameTitle: 'API keys',
  dialogTitle: 'Unlock your vault',
  failed: 'Your vault could not be loaded. Check your connection, or ask whoever runs this app.',
  retry: 'Try again',
};

/** The events of the element: `state`, whenever the vault is created, locked, unlocked or deleted. */
export interface ByokVaultEventMap {
  state: CustomEvent<EmbedState>;
}

interface Waiting {
  readonly resolve: (result: CallResult) => void;
  readonly reject: (error: VaultError) => void;
}

/** What stands while one frame lives. */
interface Link {
  readonly iframe: HTMLIFrameElement;
  readonly port: MessagePort;
  /** Rejects where the frame did not answer. */
  readonly ready: Promise<void>;
  readonly calls: Map<number, Waiting>;
  /** Ends the listeners and the timer that belong to this frame. */
  readonly end: AbortController;
}

type Method =
  { readonly method: 'state' | 'lock' } | { readonly method: 'seal'; readonly providers: readonly string[] };

export class ByokVaultElement extends HTMLElement {
  static readonly observedAttributes = ['src', 'mode'];

  readonly #stage = document.createElement('div');
  readonly #note = document.createElement('div');
  #link: Link | null = null;
  #lastCall = 0;
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
      if (event.key === 'Escape' && this.#view === 'unlock')
        this.#link?.port.postMessage({ type: 'decline' });
    });
    this.#note.className = 'note';
    this.#note.hidden = true;
    this.#note.setAttribute('role', 'alert');
    root.append(this.#stage, this.#note);
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

  /** Locks the vault in every tab. @throws {@link VaultError} `worker_failed`. */
  async lock(): Promise<void> {
    await this.#call({ method: 'lock' });
  }

  /**
   * Seals one stored key for each provider to the platform, for at most 300 seconds. A locked vault asks for its password
   * first, in a dialog, and this resolves after it.
   * @param providers 1 to 8 different ids of the catalogue, such as `openai`.
   * @throws {@link VaultError} `user_declined`: the dialog was closed, or the page keeps
   * the element out of sight. `no_key`: at least one of them has no usable key.
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
  }

  disconnectedCallback(): void {
    this.#unmount();
  }

  attributeChangedCallback(_name: string, before: string | null, after: string | null): void {
    if (this.isConnected && before !== after) this.#mount();
  }

  #mount(): void {
    this.#unmount();
    if (this.src === '') return;
    const url = URL.parse(this.src, document.baseURI);
    if (url === null || !/^https?:$/.test(url.protocol)) {
      this.#showNote();
      return;
    }
    this.#note.hidden = true;
    this.#stage.hidden = false;
    if (this.mode === 'unlock') url.searchParams.set('mode', 'unlock');
    const iframe = document.createElement('iframe');
    iframe.title = words.frameTitle;
    iframe.allow = 'clipboard-write; publickey-credentials-get; publickey-credentials-create';
    iframe.referrerPolicy = 'no-referrer';
    const { port1: port, port2: theirs } = new MessageChannel();
    const end = new AbortController();
    const calls = new Map<number, Waiting>();
    const ready = new Promise<void>((resolve, reject) => {
      const timer = setTimeout(() => {
        reject(new VaultError('worker_failed'));
        this.#unmount();
        this.#showNote();
      }, handshakeLimitMs);
      end.signal.addEventListener('abort', () => {
        clearTimeout(timer);
        reject(new VaultError('worker_failed'));
      });
      port.onmessage = ({ data }: MessageEvent<unknown>) => {
        const message = readToApp(data);
        if (message === null) return;
        switch (message.type) {
          case 'ready':
            clearTimeout(timer);
            resolve();
            break;
          case 'size':
            iframe.style.blockSize = `${String(message.height)}px`;
            break;
          case 'view':
            this.#show(message.view);
            break;
          case 'state':
            this.dispatchEvent(new CustomEvent('state', { detail: message.state }));
            break;
          case 'done':
            calls.get(message.id)?.resolve(message.result);
            calls.delete(message.id);
            break;
          case 'refused':
            calls.get(message.id)?.reject(new VaultError(message.code));
            calls.delete(message.id);
            break;
        }
      };
    });
    // Who calls hears of it; who doesn't sees the note.
    ready.catch(() => undefined);
    iframe.addEventListener(
      'load',
      () => {
        // To that origin and no other: whatever else was loaded does not get the port.
        iframe.contentWindow?.postMessage(hello, url.origin, [theirs]);
        // A frame that loads again has lost the port with its document: it gets a fresh start.
        iframe.addEventListener(
          'load',
          () => {
            this.#mount();
          },
          { once: true, signal: end.signal },
        );
      },
      { once: true, signal: end.signal },
    );
    this.#link = { iframe, port, ready, calls, end };
    this.#forwardActivity(port, end.signal);
    this.#show('panel');
    iframe.src = url.href;
    this.#stage.append(iframe);
  }

  #unmount(): void {
    const link = this.#link;
    if (link === null) return;
    this.#link = null;
    this.#show('panel');
    link.end.abort();
    link.port.close();
    for (const { reject } of link.calls.values()) reject(new VaultError('worker_failed'));
    link.iframe.remove();
  }

  async #call(method: Method): Promise<CallResult> {
    const link = this.#link;
    if (link === null) throw new VaultError('worker_failed');
    await link.ready;
    return await new Promise((resolve, reject) => {
      const id = ++this.#lastCall;
      link.calls.set(id, { resolve, reject });
      link.port.postMessage({ type: 'call', id, ...method });
    });
  }

  /** Brings the one frame to the top of the page, or back to its place. It is never moved: that would load it anew. */
  #show(view: EmbedView): void {
    const stage = this.#stage;
    const modal = view === 'unlock';
    const wasModal = this.#view === 'unlock';
    this.#view = view;
    // First of all: what is still out of sight can't take the focus.
    stage.className = modal ? 'stage modal' : this.mode === 'unlock' ? 'stage away' : 'stage';
    if (modal && !wasModal) {
      this.#returnFocus = document.activeElement;
      // The page below stays as it is while the frame is above it.
      this.style.minBlockSize = `${String(this.getBoundingClientRect().height)}px`;
      stage.popover = 'manual';
      stage.setAttribute('role', 'dialog');
      stage.setAttribute('aria-modal', 'true');
      stage.setAttribute('aria-label', words.dialogTitle);
      stage.showPopover();
      if (!stage.checkVisibility()) {
        // The app keeps the element out of sight: no one could answer, and the page would be inert for nothing.
        this.#link?.port.postMessage({ type: 'decline' });
        return;
      }
      this.#freePage = makeRestInert(stage);
      this.#link?.iframe.focus();
    } else if (!modal && wasModal) {
      for (const name of ['popover', 'role', 'aria-modal', 'aria-label']) stage.removeAttribute(name);
      this.style.minBlockSize = '';
      this.#freePage?.();
      this.#freePage = null;
      if (this.#returnFocus instanceof HTMLElement) this.#returnFocus.focus();
      this.#returnFocus = null;
    }
  }

  /** Acting in the app keeps the vault open, too. */
  #forwardActivity(port: MessagePort, signal: AbortSignal): void {
    let last = -activityEveryMs;
    const act = (): void => {
      const now = performance.now();
      if (now - last < activityEveryMs) return;
      last = now;
      port.postMessage({ type: 'activity' });
    };
    for (const event of ['pointerdown', 'keydown', 'touchstart', 'wheel']) {
      document.addEventListener(event, act, { capture: true, passive: true, signal });
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
    this.#stage.hidden = true;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'byok-vault': ByokVaultElement;
  }
}

if (customElements.get('byok-vault') === undefined) customElements.define('byok-vault', ByokVaultElement);
