/** The frame's half of the embed: takes one port from one allowed app, and serves it. */
import { VaultError } from '../core/errors.ts';
import type { SealedKey, VaultService, VaultState } from '../vault/api.ts';
import {
  hello,
  readCallId,
  readToFrame,
  type EmbedState,
  type EmbedView,
  type ToApp,
  type ToFrame,
} from './protocol.ts';

export interface Handshake {
  readonly port: MessagePort;
  /** The app's origin, as the browser names it. */
  readonly app: string;
}

/**
 * Resolves with the first handshake of an allowed app; whatever comes later, or from elsewhere, is ignored.
 * Listens from the call on, so that a handshake that comes before the list of apps is not lost.
 */
export function awaitHandshake(apps: Promise<readonly string[]>): Promise<Handshake> {
  return new Promise((resolve) => {
    const onMessage = (event: MessageEvent<unknown>): void => {
      if (event.source !== window.parent || event.data !== hello) return;
      const { origin, ports } = event;
      const [port] = ports;
      if (port === undefined || ports.length !== 1) return;
      void apps.then((allowed) => {
        if (!allowed.includes(origin)) return;
        removeEventListener('message', onMessage);
        // The element waits for this, and not for a vault: that may take its time on a slow machine.
        port.postMessage({ type: 'ready' } satisfies ToApp);
        resolve({ port, app: origin });
      });
    };
    addEventListener('message', onMessage);
  });
}

export interface FrameSide {
  /** The person closed the dialog without a password. */
  decline(): void;
  /** @param height of the content, in CSS pixels. */
  resize(height: number): void;
}

interface Waiting {
  readonly resolve: () => void;
  readonly reject: (error: VaultError) => void;
}

/** @param show draws the panel, or the password alone. */
export function serveApp(vault: VaultService, port: MessagePort, show: (view: EmbedView) => void): FrameSide {
  let waiting: Waiting[] = [];
  let lastState: EmbedState | null = null;
  const send = (message: ToApp): void => {
    port.postMessage(message);
  };
  const view = (next: EmbedView): void => {
    show(next);
    send({ type: 'view', view: next });
  };
  const endDialog = (end: (one: Waiting) => void): void => {
    if (waiting.length === 0) return;
    const all = waiting;
    waiting = [];
    view('panel');
    for (const one of all) end(one);
  };
  const decline = (): void => {
    endDialog((one) => {
      one.reject(new VaultError('user_declined'));
    });
  };

  const onState = (state: VaultState): void => {
    const now = embedState(state);
    if (now === null) return;
    if (now === 'unlocked') {
      endDialog((one) => {
        one.resolve();
      });
    } else if (now !== 'locked') {
      endDialog((one) => {
        one.reject(new VaultError('no_key'));
      });
    }
    if (now !== lastState) send({ type: 'state', state: now });
    lastState = now;
  };

  const unlocked = (): Promise<void> =>
    new Promise((resolve, reject) => {
      if (waiting.length === 0) view('unlock');
      waiting.push({ resolve, reject });
    });

  const seal = async (providers: readonly string[]): Promise<SealedKey[]> => {
    const state = await settled(vault);
    if (state.phase === 'unavailable') throw state.error;
    // An app that asks an empty vault learns what it learns from a vault without that key.
    if (state.phase === 'empty') throw new VaultError('no_key');
    if (state.phase === 'locked') await unlocked();
    let keys: SealedKey[];
    try {
      keys = await vault.seal(providers);
    } catch (error) {
      if (!ranOut(vault.state)) throw error;
      await unlocked();
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
          await vault.lock('everywhere');
          return { type: 'done', id, result: null };
        case 'seal':
          return { type: 'done', id, result: await seal(call.providers) };
      }
    } catch (error) {
      return { type: 'refused', id, code: error instanceof VaultError ? error.code : 'internal' };
    }
  };

  port.onmessage = ({ data }: MessageEvent<unknown>) => {
    const message = readToFrame(data);
    if (message === null) {
      const id = readCallId(data);
      if (id !== null) send({ type: 'refused', id, code: 'bad_message' });
    } else if (message.type === 'activity') {
      vault.activity();
    } else if (message.type === 'decline') {
      decline();
    } else {
      void answer(message).then(send);
    }
  };
  vault.on('state', onState);
  onState(vault.state);
  return {
    decline,
    resize: (height) => {
      send({ type: 'size', height });
    },
  };
}

/** True where the call that failed was the first to find that the vault's time is over (E19): the person is asked, as for any
 *  locked vault. Where someone locked it, the refusal stands (E18). */
function ranOut(state: VaultState): boolean {
  return (
    state.phase === 'locked' &&
    (state.reason === 'idle' || state.reason === 'absolute_limit' || state.reason === 'clock_changed')
  );
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
