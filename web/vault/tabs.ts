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
  readonly #channel: BroadcastChannel;

  constructor(onMessage: (message: TabMessage) => void) {
    this.#channel = new BroadcastChannel('byok-vault');
    this.#channel.onmessage = ({ data }: MessageEvent<TabMessage | null>) => {
      if (data !== null && kinds.includes(data.kind)) onMessage(data);
    };
  }

  tell(kind: TabMessage['kind']): void {
    this.#channel.postMessage({ kind } satisfies TabMessage);
  }

  close(): void {
    this.#channel.close();
  }
}
