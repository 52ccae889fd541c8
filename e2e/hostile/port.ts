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

interface Said {
  heard: Answer[];
  /** How many messages there are in all. */
  of: number;
}

/** In the page: sends some of the messages, then a call that is answered last; returns all that was heard since. */
async function sayAll(make: () => Promise<unknown[]>, begin: number, end: number): Promise<Said> {
  const from = window.heardAll.length;
  const messages = await make();
  for (const message of messages.slice(begin, end)) {
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
  return { heard: heard as Answer[], of: messages.length };
}

/** @param make the body of a function that returns the messages; ['transfer', message, list] hands the list over. */
export async function say(page: Page, make: string): Promise<Answer[]> {
  return (await saySome(page, make, 0, Infinity)).heard;
}

function saySome(page: Page, make: string, begin: number, end: number): Promise<Said> {
  return page.evaluate(`(${sayAll.toString()})(async () => { ${make} }, ${String(begin)}, ${String(end)})`);
}

/** A frame listens no longer to who has said twenty things that are no messages: each fifteen are said to a fresh one. */
export async function sayInTurns(page: Page, make: string, fresh: () => Promise<void>): Promise<Answer[]> {
  const heard: Answer[] = [];
  for (let begin = 0, of = 1; begin < of; begin += 15) {
    if (begin > 0) await fresh();
    const said = await saySome(page, make, begin, begin + 15);
    heard.push(...said.heard);
    of = said.of;
  }
  return heard;
}
