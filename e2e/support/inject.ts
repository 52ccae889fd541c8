/**
 * Runs a script before every script of the vault and of the app, in documents and, which a fake clock of the test runner does not
 * reach, in workers.
 */
import type { BrowserContext, Frame, Page } from '@playwright/test';
import { prepend } from './fetch.ts';

/** @param name under which the script is there once only. */
export async function inject(context: BrowserContext, name: string, script: string): Promise<void> {
  const once = `if (!globalThis[${JSON.stringify(name)}]) { globalThis[${JSON.stringify(name)}] = true; ${script} }\n`;
  await context.addInitScript({ content: once });
  await context.route(/\.js(\?.*)?$/, (route) => prepend(route, once));
}

/** Clocks that a test can shift, in milliseconds: the wall clock and the one that never goes back. */
export interface Shift {
  readonly wall?: number;
  readonly mono?: number;
}

const clock = (start: Shift): string => `
  const shift = { wall: ${String(start.wall ?? 0)}, mono: ${String(start.mono ?? 0)} };
  const { now: dateNow } = Date;
  const { now: performanceNow } = Performance.prototype;
  Date.now = () => dateNow() + shift.wall;
  Performance.prototype.now = function () { return performanceNow.call(this) + shift.mono; };
  const channel = new BroadcastChannel('test-clock');
  channel.onmessage = ({ data }) => {
    if (!data.by) return;
    shift.wall += data.by.wall ?? 0;
    shift.mono += data.by.mono ?? 0;
    channel.postMessage({ shifted: data.id });
  };
`;

export async function injectClock(context: BrowserContext, start: Shift = {}): Promise<void> {
  await inject(context, 'test clock', clock(start));
}

/** Shifts the clocks of every document and worker of the vault's origin. @param where a document of it. */
export async function shiftClock(where: Page | Frame, by: Shift): Promise<void> {
  await where.evaluate(
    (shift) =>
      new Promise<void>((resolve) => {
        const channel = new BroadcastChannel('test-clock');
        const id = Math.random();
        let shifted = 0;
        channel.onmessage = ({ data }: MessageEvent<{ shifted?: number }>) => {
          if (data.shifted === id) shifted += 1;
          // The document and the vault's worker.
          if (shifted < 2) return;
          channel.close();
          resolve();
        };
        channel.postMessage({ by: shift, id });
      }),
    by,
  );
}

const failingStore = `
  let mode = 'works';
  const { put, add } = IDBObjectStore.prototype;
  const failing = (write) => function (...args) {
    if (mode === 'full') throw new DOMException('', 'QuotaExceededError');
    const request = write.apply(this, args);
    if (mode === 'aborts') this.transaction.abort();
    return request;
  };
  IDBObjectStore.prototype.put = failing(put);
  IDBObjectStore.prototype.add = failing(add);
  const channel = new BroadcastChannel('test-store');
  channel.onmessage = ({ data }) => {
    if (!data.mode) return;
    mode = data.mode;
    channel.postMessage({ set: mode });
  };
`;

/** A store whose writes a test can make fail. */
export async function injectFailingStore(context: BrowserContext): Promise<void> {
  await inject(context, 'test store', failingStore);
}

/** @param mode `full`: writes throw QuotaExceededError; `aborts`: the transaction is aborted after the write. */
export async function setStore(where: Page | Frame, mode: 'works' | 'full' | 'aborts'): Promise<void> {
  await where.evaluate(
    (next) =>
      new Promise<void>((resolve) => {
        const channel = new BroadcastChannel('test-store');
        let set = 0;
        channel.onmessage = ({ data }: MessageEvent<{ set?: string }>) => {
          if (data.set === next) set += 1;
          if (set < 2) return;
          channel.close();
          resolve();
        };
        channel.postMessage({ mode: next });
      }),
    mode,
  );
}
