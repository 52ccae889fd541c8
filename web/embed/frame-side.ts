/** The frame's half of the embed: serves the app that it got its port from. */
import { VaultError } from '../core/errors.ts';
import type { SealedKey, VaultService, VaultState } from '../vault/api.ts';
import { Bucket } from './bucket.ts';
import type { Noticed } from './handshake.ts';
import {
  readCallId,
  readToFrame,
  type EmbedState,
  type EmbedView,
  type FocusTarget,
  type ToApp,
  type ToFrame,
} from './protocol.ts';

/** What an app may say at once, and per second from then on; what is no message costs as much as many that are. */
const messages = 400;
const messagesPerSecond = 40;
const wrongCost = 20;
/** Calls of `seal` that may be under way at once, such as while the password is asked for. */
const maxSeals = 16;
/** How long a closed connection still tells the frame's height, for the words that say so, in milliseconds. */
const closesAfterMs = 500;

export interface FrameSide {
  /** The person closed the dialog: without a password, or with `Not now`. */
  decline(): void;
  /** @param height of the content, in CSS pixels. */
  resize(height: number): void;
  /** The app said more than it may: it is not heard any more. */
  close(): void;
  /** The vault locked, and its workers are gone: tells the app so, and hears and says nothing more. */
  end(ranOut: boolean): void;
}

export interface FrameView {
  /** Draws the panel, or what a dialog holds. */
  show(view: EmbedView): void;
  focus(on: FocusTarget): void;
  notice(what: Noticed): void;
}

interface Waiting {
  readonly resolve: () => void;
  readonly reject: (error: VaultError) => void;
}

export function serveApp(vault: VaultService, port: MessagePort, drawn: FrameView): FrameSide {
  const bucket = new Bucket(messages, messagesPerSecond, performance.now());
  let waiting: Waiting[] = [];
  let seals = 0;
  let shown: EmbedView = 'panel';
  let lastState: EmbedState | null = null;
  const send = (message: ToApp): void => {
    port.postMessage(message);
  };
  const view = (next: EmbedView): void => {
    if (next === shown) return;
    shown = next;
    drawn.show(next);
    send({ type: 'view', view: next });
  };
  const endDialog = (end: (one: Waiting) => void): void => {
    if (waiting.length === 0) return;
    const all = waiting;
    waiting = [];
    view('panel');
    for (const one of all) end(one);
  };
  const refuseDialog = (code: 'user_declined' | 'rate_limited'): void => {
    endDialog((one) => {
      one.reject(new VaultError(code));
    });
  };
  const decline = (): void => {
    refuseDialog('user_declined');
  };
  /** Past its measure, an app is not heard any more: neither this document's time nor its memory is the app's. */
  const close = (): void => {
    if (port.onmessage === null) return;
    port.onmessage = null;
    refuseDialog('rate_limited');
    send({ type: 'closed' });
    drawn.notice('flood');
    setTimeout(() => {
      port.close();
    }, closesAfterMs);
  };

  /** The dialog holds one question after the other, the password and then the permission, until none is left. */
  const askNext = (): void => {
    if (waiting.length === 0) return;
    const question = questionOf(vault);
    if (question !== null) {
      view(question);
      return;
    }
    endDialog((one) => {
      one.resolve();
    });
  };

  const onState = (state: VaultState): void => {
    const now = embedState(state);
    if (now === null) return;
    if (now === 'unlocked' || now === 'locked') {
      askNext();
    } else {
      endDialog((one) => {
        one.reject(new VaultError('no_key'));
      });
    }
    if (now !== lastState) send({ type: 'state', state: now });
    lastState = now;
  };

  const permitted = (): Promise<void> =>
    new Promise((resolve, reject) => {
      waiting.push({ resolve, reject });
      askNext();
    });

  const seal = async (providers: readonly string[]): Promise<SealedKey[]> => {
    const state = await settled(vault);
    if (state.phase === 'unavailable') throw state.error;
    // An app that asks an empty vault learns what it learns from a vault without that key.
    if (state.phase === 'empty') throw new VaultError('no_key');
    await permitted();
    let keys: SealedKey[];
    try {
      keys = await vault.seal(providers);
    } catch (error) {
      if (!isRevoked(error)) throw error;
      await permitted();
      keys = await vault.seal(providers);
    }
    return keys.map(({ provider, sealed, sealId }) => ({ provider, sealed, sealId }));
  };

  const answer = async (call: Extract<ToFrame, { type: 'call' }>): Promise<ToApp> => {
    const { id } = call;
    try {
      switch (call.method) {
        case 'state':
          return { type: 'done', id, result: embedState(await settled(vault)) };
        case 'lock':
          await vault.lock('tabs');
          return { type: 'done', id, result: null };
        case 'seal':
          if (seals >= maxSeals) throw new VaultError('rate_limited');
          seals += 1;
          try {
            return { type: 'done', id, result: await seal(call.providers) };
          } finally {
            seals -= 1;
          }
      }
    } catch (error) {
      return { type: 'refused', id, code: error instanceof VaultError ? error.code : 'internal' };
    }
  };

  port.onmessage = ({ data }: MessageEvent<unknown>) => {
    const message = readToFrame(data);
    if (!bucket.take(performance.now(), message === null ? wrongCost : 1)) {
      close();
      return;
    }
    switch (message?.type) {
      case undefined: {
        const id = readCallId(data);
        if (id !== null) send({ type: 'refused', id, code: 'bad_message' });
        break;
      }
      case 'activity':
        vault.activity();
        break;
      case 'decline':
        decline();
        break;
      case 'focus':
        drawn.focus(message.on);
        break;
      case 'call':
        void answer(message).then(send);
        break;
    }
  };
  vault.on('state', onState);
  onState(vault.state);
  return {
    decline,
    resize: (height) => {
      send({ type: 'size', height });
    },
    close,
    end: (ranOut) => {
      send({ type: 'ended', ranOut });
      port.close();
    },
  };
}

/** What the person is to be asked before keys can be sealed for this app; null = nothing. Whether it is allowed, the core says
 *  once more when it seals: this only chooses what to draw. */
function questionOf({ state, app }: VaultService): 'unlock' | 'allow' | null {
  if (state.phase === 'locked') return 'unlock';
  // A damaged manifest gives no one permission, and can't be written to: sealing says so.
  if (state.phase !== 'unlocked' || state.integrity === 'manifest_damaged') return null;
  return state.apps.some(({ origin }) => origin === app) ? null : 'allow';
}

/** True where the call that failed was the first to find that another tab has taken the permission back. */
function isRevoked(error: unknown): boolean {
  return error instanceof VaultError && error.code === 'app_not_allowed';
}

/** For a frame in which there can be no vault: calls are answered, so that no app waits for ever. */
export function serveNothing(port: MessagePort): void {
  port.onmessage = ({ data }: MessageEvent<unknown>) => {
    const message = readToFrame(data);
    const id = readCallId(data);
    if (id === null) return;
    const answer: ToApp =
      message?.type === 'call' && message.method === 'state'
        ? { type: 'done', id, result: 'unavailable' }
        : { type: 'refused', id, code: message === null ? 'bad_message' : 'storage_unavailable' };
    port.postMessage(answer);
  };
  port.postMessage({ type: 'state', state: 'unavailable' } satisfies ToApp);
}

/** Null while the vault is starting. */
function embedState({ phase }: VaultState): EmbedState | null {
  return phase === 'starting' ? null : phase;
}

/** The vault's state, once it is known. */
function settled(vault: VaultService): Promise<Exclude<VaultState, { phase: 'starting' }>> {
  return new Promise((resolve) => {
    const { state } = vault;
    if (state.phase !== 'starting') {
      resolve(state);
      return;
    }
    const stop = vault.on('state', (next) => {
      if (next.phase === 'starting') return;
      stop();
      resolve(next);
    });
  });
}
