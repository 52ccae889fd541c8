/** Collects everything that leaves the vault or is left behind: storage, URLs, console, network, and the messages of an embed. */
import type { BrowserContext, Frame, Page } from '@playwright/test';
import type { Cdp } from './cdp.ts';
import type { Sunk } from './leak.ts';
import { dumpStored } from './stored.ts';

/** What is looked at; each must show a planted value in the search's self-check. */
export const sinkKinds = ['storage', 'url', 'console', 'network', 'port', 'app document'] as const;

declare global {
  interface Window {
    recordedMessages?: string[];
  }
}

/** In the app's page, before its scripts: every message sent or received through a port or between windows, bytes as hex. */
function recordMessages(): void {
  const recorded: string[] = [];
  window.recordedMessages = recorded;
  const plain = (_: string, value: unknown): unknown => {
    if (value instanceof ArrayBuffer) return { hex: hexOf(new Uint8Array(value)) };
    if (ArrayBuffer.isView(value))
      return { hex: hexOf(new Uint8Array(value.buffer, value.byteOffset, value.byteLength)) };
    return value instanceof MessagePort ? 'port' : value;
  };
  const hexOf = (bytes: Uint8Array): string =>
    [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  const record = (data: unknown): void => {
    recorded.push(JSON.stringify(data, plain));
  };
  // eslint-disable-next-line @typescript-eslint/unbound-method -- called with its own `this` below
  const sent = MessagePort.prototype.postMessage;
  MessagePort.prototype.postMessage = function (this: MessagePort, ...args: unknown[]) {
    record(args[0]);
    Reflect.apply(sent, this, args);
  };
  // A port that gets a listener, however that is done, is listened to once more.
  const heard = new WeakSet<MessagePort>();
  // eslint-disable-next-line @typescript-eslint/unbound-method -- called with its own `this` below
  const listen = EventTarget.prototype.addEventListener;
  const hear = (port: MessagePort): void => {
    if (heard.has(port)) return;
    heard.add(port);
    Reflect.apply(listen, port, [
      'message',
      (event: MessageEvent) => {
        record(event.data);
      },
    ]);
  };
  EventTarget.prototype.addEventListener = function (this: EventTarget, ...args: unknown[]) {
    if (this instanceof MessagePort && args[0] === 'message') hear(this);
    Reflect.apply(listen, this, args);
  };
  const onmessage = Object.getOwnPropertyDescriptor(MessagePort.prototype, 'onmessage');
  Object.defineProperty(MessagePort.prototype, 'onmessage', {
    ...onmessage,
    set(this: MessagePort, listener: unknown) {
      hear(this);
      onmessage?.set?.call(this, listener);
    },
  });
  Reflect.apply(listen, window, [
    'message',
    (event: MessageEvent) => {
      record(event.data);
    },
  ]);
}

export class Sinks {
  readonly #said: string[] = [];
  readonly #network: string[] = [];
  readonly #urls = new Set<string>();
  readonly #cdp: Cdp;

  private constructor(cdp: Cdp) {
    this.#cdp = cdp;
  }

  /** Call before the first page is opened. */
  static async watch(context: BrowserContext, cdp: Cdp): Promise<Sinks> {
    const sinks = new Sinks(cdp);
    await context.addInitScript(recordMessages);
    cdp.on(({ method, params }) => {
      if (method.startsWith('Network.requestWillBeSent')) sinks.#network.push(JSON.stringify(params));
      if (/^(Runtime\.(consoleAPICalled|exceptionThrown)|Log\.entryAdded)$/.test(method))
        sinks.#said.push(JSON.stringify(params));
    });
    for (const type of ['page', 'iframe', 'worker']) {
      await cdp.onEach(type, 'Network.enable', { maxPostDataSize: 1_000_000 });
      await cdp.onEach(type, 'Runtime.enable');
      await cdp.onEach(type, 'Log.enable').catch(() => undefined);
    }
    context.on('request', (request) => {
      sinks.#urls.add(request.url());
      sinks.#network.push(request.url(), JSON.stringify(request.headers()), request.postData() ?? '');
    });
    context.on('response', (response) => {
      sinks.#network.push(JSON.stringify(response.headers()));
    });
    context.on('console', (message) => {
      sinks.#said.push(message.text());
    });
    context.on('weberror', (error) => {
      sinks.#said.push(String(error.error()));
    });
    return sinks;
  }

  /** Everything as it stands at this moment. */
  async collect(page: Page): Promise<Sunk[]> {
    const sunk: Sunk[] = [];
    const add = (sink: string, text: string): void => {
      sunk.push({ sink, bytes: Buffer.from(text) });
    };
    for (const frame of page.frames()) await collectFrame(frame, sunk);
    const history = await this.#history();
    for (const url of [...this.#urls, ...history]) add('url', url);
    for (const line of this.#said) add('console', line);
    for (const line of this.#network) add('network', line);
    // Opened by itself, the page's own ports lead to its workers.
    if (page.frames().length > 1) {
      for (const message of (await page.evaluate(() => window.recordedMessages)) ?? []) add('port', message);
      add('app document', await page.content());
    }
    return sunk;
  }

  async #history(): Promise<string[]> {
    const answers = await Promise.all(
      this.#cdp.targets('page').map((target) => target.send('Page.getNavigationHistory')),
    );
    return answers.map((answer) => JSON.stringify(answer));
  }
}

async function collectFrame(frame: Frame, sunk: Sunk[]): Promise<void> {
  const { rows, texts } = await dumpStored(frame);
  for (const row of rows) {
    const bytes = Buffer.from(row.base64, 'base64');
    sunk.push(
      { sink: 'storage', bytes },
      { sink: 'storage', bytes: Buffer.from(`${row.database} ${row.store} ${row.key}`) },
    );
  }
  for (const [name, text] of Object.entries(texts))
    sunk.push({ sink: 'storage', bytes: Buffer.from(`${name} ${text}`) });
  const urls = await frame.evaluate(() => [
    location.href,
    document.referrer,
    ...performance.getEntries().map(({ name }) => name),
  ]);
  for (const url of urls) sunk.push({ sink: 'url', bytes: Buffer.from(url) });
}
