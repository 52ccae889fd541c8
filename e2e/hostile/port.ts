/** The frame without `<byok-vault>`: the attacker's page greets it itself, and says what it likes to it. */
import type { Page } from '@playwright/test';
import type { Panel } from '../support/panel.ts';

declare global {
  interface Window {
    /** The attacker's own end of the one port that the frame took. */
    port: MessagePort;
    heardAll: unknown[];
  }
}

/** The frame without the element: the attacker speaks the protocol himself. */
export async function takePort({ page, site }: Panel): Promise<void> {
  await page.goto(`${site.app}/plain`);
  await page.evaluate(async (vault) => {
    const { port1, port2 } = new MessageChannel();
    window.port = port1;
    window.heardAll = [];
    const ready = new Promise<void>((resolve) => {
      port1.onmessage = ({ data }: MessageEvent<{ type?: unknown }>) => {
        window.heardAll.push(data);
        if (data.type === 'ready') resolve();
      };
    });
    document.querySelector('iframe')?.contentWindow?.postMessage('byok-vault/1', vault, [port2]);
    await ready;
  }, site.vault);
}

/** The panel in the attacker's plain frame, for the person's part. */
export function plain(victim: Panel): Panel {
  return Object.create(victim, {
    inside: { value: victim.page.frameLocator('iframe[title="API keys"]') },
  }) as Panel;
}

export interface Answer {
  type: string;
  id?: number;
  code?: string;
  result?: unknown;
}

/** In the page: sends each message, then a call that is answered last; returns all that was heard since. */
async function sayAll(make: () => Promise<unknown[]>): Promise<Answer[]> {
  const from = window.heardAll.length;
  for (const message of await make()) {
    const transferred = Array.isArray(message) && message[0] === 'transfer';
    try {
      if (transferred) window.port.postMessage(message[1], message[2] as Transferable[]);
      else window.port.postMessage(message);
    } catch (error) {
      window.loot.take('refused here', error);
    }
  }
  window.port.postMessage({ type: 'call', id: 999_999, method: 'state' });
  const isLast = (each: unknown): boolean => (each as Answer).id === 999_999;
  while (!window.heardAll.slice(from).some(isLast)) await new Promise((resolve) => setTimeout(resolve, 10));
  const heard = window.heardAll.slice(from);
  window.loot.take('port', heard);
  return heard as Answer[];
}

/** @param make the body of a function that returns the messages; ['transfer', message, list] hands the list over. */
export function say(page: Page, make: string): Promise<Answer[]> {
  return page.evaluate(`(${sayAll.toString()})(async () => { ${make} })`);
}
