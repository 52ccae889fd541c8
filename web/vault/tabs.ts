/** What the tabs of one origin tell each other. Nothing secret, and nothing about what is stored. */

export type TabMessage =
  /** The vault was written, made or deleted: read again. */
  | { readonly kind: 'written' }
  | { readonly kind: 'deleted' }
  | { readonly kind: 'settings' }
  | { readonly kind: 'activity' }
  /** The `Lock` button, or the idle deadline. */
  | { readonly kind: 'lock' };

const kinds: readonly string[] = [
  'written',
  'deleted',
  'settings',
  'activity',
  'lock',
] satisfies TabMessage['kind'][];

export class Tabs {
  /** Null where there is none and once closed: then each tab finds out by itself, at its next change. */
  #channel: BroadcastChannel | null = null;

  constructor(onMessage: (message: TabMessage) => void) {
    if (!('BroadcastChannel' in globalThis)) return;
    this.#channel = new BroadcastChannel('byok-vault');
    this.#channel.onmessage = ({ data }: MessageEvent<TabMessage | null>) => {
      if (data !== null && kinds.includes(data.kind)) onMessage(data);
    };
  }

  tell(kind: TabMessage['kind']): void {
    this.#channel?.postMessage({ kind } satisfies TabMessage);
  }

  close(): void {
    this.#channel?.close();
    this.#channel = null;
  }
}
