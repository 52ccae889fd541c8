/** How the frame gets its port: from the app around it, once. */
import { Bucket } from './bucket.ts';
import { hello, type ToApp } from './protocol.ts';

export interface Handshake {
  readonly port: MessagePort;
  /** The app's origin, as the browser names it. */
  readonly app: string;
}

/** What an app does that a well-meant one does not, and that the person is told. */
export type Noticed = 'second_hello' | 'flood';

/** Messages to the window, from wherever. Nothing but the handshake is expected; extensions and tools say a few things, too. */
const messages = 200;
const messagesPerSecond = 20;

/**
 * Resolves with the first handshake of the app, or with null where that app is not allowed. Later ones change nothing and are
 * noticed; whatever else is said to the window is dropped, and once it is too much, no longer listened to.
 * Listens from the call on, so that a handshake that comes before the list of apps is not lost.
 */
export function awaitHandshake(
  apps: Promise<readonly string[]>,
  notice: (what: Noticed) => void,
): Promise<Handshake | null> {
  return new Promise((resolve) => {
    const bucket = new Bucket(messages, messagesPerSecond, performance.now());
    let met = false;
    const onMessage = (event: MessageEvent<unknown>): void => {
      if (!bucket.take(performance.now())) {
        removeEventListener('message', onMessage);
        // Another window may be the one that floods; it is not the app's doing, then.
        if (event.source === window.parent) notice('flood');
        return;
      }
      // What it says is not even read where it comes from elsewhere.
      if (event.source !== window.parent || event.data !== hello) return;
      const { origin, ports } = event;
      const [port] = ports;
      if (met) {
        for (const each of ports) each.close();
        notice('second_hello');
      } else if (port !== undefined && ports.length === 1) {
        met = true;
        void apps.then((allowed) => {
          const isAllowed = allowed.includes(origin);
          // The element waits for this, and not for a vault: that may take its time on a slow machine.
          if (isAllowed) port.postMessage({ type: 'ready' } satisfies ToApp);
          resolve(isAllowed ? { port, app: origin } : null);
        });
      }
    };
    addEventListener('message', onMessage);
  });
}
