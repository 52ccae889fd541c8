/** The element's half of the embed: one frame, its port, and the calls that wait for it. */
import { VaultError } from '../core/errors.ts';
import {
  hello,
  readToApp,
  type CallResult,
  type EmbedState,
  type EmbedView,
  type ToApp,
  type ToFrame,
} from '../embed/protocol.ts';

/** How long the frame may take to answer the handshake, in milliseconds. */
const handshakeLimitMs = 10_000;
const activityEveryMs = 5_000;

/** A call whose frame ended before it was answered, and that a fresh frame may answer. */
export const again = Symbol('again');

export type Method =
  { readonly method: 'state' | 'lock' } | { readonly method: 'seal'; readonly providers: readonly string[] };

export interface LinkEvents {
  state(state: EmbedState): void;
  /** The frame is drawn, in this height in CSS pixels. */
  size(height: number): void;
  view(view: EmbedView): void;
  /** The vault locked: the frame is to go. @param ranOut because its time was over. */
  ended(ranOut: boolean): void;
  /** The frame loaded once more, and has lost the port with its document. */
  reloaded(): void;
  /** The frame did not answer. */
  failed(): void;
}

interface Waiting {
  readonly method: Method['method'];
  readonly resolve: (result: CallResult | typeof again) => void;
  readonly reject: (error: VaultError) => void;
}

export class Link {
  readonly iframe = document.createElement('iframe');
  readonly #port: MessagePort;
  readonly #ready: Promise<void>;
  readonly #calls = new Map<number, Waiting>();
  /** Ends the listeners and the timer that belong to this frame. */
  readonly #end = new AbortController();
  #lastCall = 0;
  #lastState: EmbedState = 'locked';
  #closed = false;

  /** The frame loads once it is put into the page. */
  constructor(url: URL, title: string, events: LinkEvents) {
    const { iframe } = this;
    const { signal } = this.#end;
    iframe.title = title;
    iframe.allow = 'clipboard-write; publickey-credentials-get; publickey-credentials-create';
    iframe.referrerPolicy = 'no-referrer';
    const { port1: port, port2: theirs } = new MessageChannel();
    this.#port = port;
    this.#ready = new Promise<void>((resolve, reject) => {
      const timer = setTimeout(() => {
        reject(new VaultError('worker_failed'));
        events.failed();
      }, handshakeLimitMs);
      signal.addEventListener('abort', () => {
        clearTimeout(timer);
        reject(new VaultError('worker_failed'));
      });
      port.onmessage = ({ data }: MessageEvent<unknown>) => {
        const message = readToApp(data);
        if (message === null || signal.aborted) return;
        if (message.type === 'ready') {
          clearTimeout(timer);
          resolve();
        } else {
          this.#hear(message, events);
        }
      };
    });
    // Who calls hears of it; who doesn't sees the note.
    this.#ready.catch(() => undefined);
    iframe.addEventListener(
      'load',
      () => {
        // To that origin and no other: whatever else was loaded does not get the port.
        iframe.contentWindow?.postMessage(hello, url.origin, [theirs]);
        iframe.addEventListener(
          'load',
          () => {
            events.reloaded();
          },
          { once: true, signal },
        );
      },
      { once: true, signal },
    );
    this.#forwardActivity();
    iframe.src = url.href;
  }

  send(message: ToFrame): void {
    this.#port.postMessage(message);
  }

  /** @returns {@link again} where the vault's time ran out in the middle. @throws VaultError of the frame, worker_failed. */
  async call(method: Method): Promise<CallResult | typeof again> {
    await this.#ready;
    if (this.#end.signal.aborted) return again;
    if (this.#closed) throw new VaultError('rate_limited');
    return await new Promise((resolve, reject) => {
      const id = ++this.#lastCall;
      this.#calls.set(id, { method: method.method, resolve, reject });
      this.send({ type: 'call', id, ...method });
    });
  }

  /** Takes the frame out of the page: its process and its memory go with it. */
  remove(): void {
    this.#end.abort();
    this.#port.close();
    this.#refuseAll('worker_failed');
    this.iframe.remove();
  }

  /** The same after a lock, which is what `lock` waited for, and which wins over `seal` unless the time had run out. */
  removeLocked(ranOut: boolean): void {
    for (const { method, resolve, reject } of this.#calls.values()) {
      if (method === 'lock') resolve(null);
      else if (method === 'state') resolve(this.#lastState === 'unlocked' ? 'locked' : this.#lastState);
      else if (ranOut) resolve(again);
      else reject(new VaultError('locked'));
    }
    this.#calls.clear();
    this.remove();
  }

  #hear(message: Exclude<ToApp, { type: 'ready' }>, events: LinkEvents): void {
    switch (message.type) {
      case 'size':
        this.iframe.style.blockSize = `${String(message.height)}px`;
        events.size(message.height);
        break;
      case 'view':
        events.view(message.view);
        break;
      case 'state':
        this.#lastState = message.state;
        events.state(message.state);
        break;
      case 'done':
        this.#calls.get(message.id)?.resolve(message.result);
        this.#calls.delete(message.id);
        break;
      case 'refused':
        this.#calls.get(message.id)?.reject(new VaultError(message.code));
        this.#calls.delete(message.id);
        break;
      case 'ended':
        events.ended(message.ranOut);
        break;
      case 'closed':
        this.#closed = true;
        this.#refuseAll('rate_limited');
        break;
    }
  }

  #refuseAll(code: 'worker_failed' | 'rate_limited'): void {
    for (const { reject } of this.#calls.values()) reject(new VaultError(code));
    this.#calls.clear();
  }

  /** Acting in the app keeps the vault open, too. */
  #forwardActivity(): void {
    const { signal } = this.#end;
    let last = -activityEveryMs;
    const act = (): void => {
      const now = performance.now();
      if (now - last < activityEveryMs) return;
      last = now;
      this.send({ type: 'activity' });
    };
    for (const event of ['pointerdown', 'keydown', 'touchstart', 'wheel']) {
      document.addEventListener(event, act, { capture: true, passive: true, signal });
    }
  }
}
