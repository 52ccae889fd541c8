/** Every way in which the app's page might look into the frame, or at what the vault's origin has stored. */
import type { Page } from '@playwright/test';
import { expect, test, typePassword, unlockByKeys } from './test.ts';

/** What a window tells to another origin, and no word more. */
const crossOrigin = [
  ...['blur', 'close', 'closed', 'focus', 'frames', 'length', 'location', 'opener', 'parent', 'postMessage'],
  ...['self', 'then', 'top', 'window', '0'],
];

/** Tries each property that a window can have on the frame's; returns the names of those that answered. */
function readWindow(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const frame =
      document.querySelector('iframe') ??
      document.querySelector('byok-vault')?.shadowRoot?.querySelector('iframe');
    const inner = frame?.contentWindow as unknown as Record<string, unknown> | null;
    const names = new Set<string>();
    for (let one: object | null = window; one !== null; one = Object.getPrototypeOf(one) as object | null)
      for (const name of Object.getOwnPropertyNames(one)) names.add(name);
    const answered: string[] = [];
    for (const name of [...names, 'vault', 'session', 'key']) {
      try {
        window.loot.take('window', inner?.[name]);
        answered.push(name);
      } catch (error) {
        window.loot.take('window', error);
      }
    }
    return answered.sort();
  });
}

test.beforeEach(async ({ attacker, victim }) => {
  await attacker.enterFully(victim.page);
  await victim.open();
  await unlockByKeys(victim);
});

test('the frame’s window answers with the few names that every window has for strangers', async ({
  attacker,
  victim,
}) => {
  const { page } = victim;
  const answered = await readWindow(page);
  expect(answered.filter((name) => !crossOrigin.includes(name))).toEqual([]);
  const doors = await page.evaluate(() => {
    const frame = document.querySelector('byok-vault')?.shadowRoot?.querySelector('iframe');
    if (!frame?.contentWindow) throw new Error('no frame');
    const inner = frame.contentWindow;
    const open: string[] = [];
    const attempt = (name: string, look: () => unknown): void => {
      try {
        const got = look();
        window.loot.take('doors', got);
        if (got !== null && got !== undefined) open.push(name);
      } catch (error) {
        window.loot.take('doors', error);
      }
    };
    frame.name = 'named';
    attempt('contentDocument', () => frame.contentDocument);
    attempt('getSVGDocument', () => (frame as unknown as HTMLObjectElement).getSVGDocument());
    attempt('its document', () => inner.document);
    attempt('frames[0]', () => frames[0]?.document);
    attempt(
      'by its name',
      () => (window as unknown as Record<string, Window | undefined>)['named']?.document,
    );
    attempt('document.domain', () => {
      Object.assign(document, { domain: 'localhost' });
      return frame.contentDocument;
    });
    attempt('its address', () => inner.location.href);
    attempt('its history', () => inner.history);
    attempt('its storage', () => inner.localStorage);
    attempt('its databases', () => inner.indexedDB);
    attempt('its parent', () => (inner.parent === window ? null : inner.parent));
    attempt('its opener', () => inner.opener as unknown);
    attempt('a function of ours on it', () => Reflect.get(inner, 'eval', window) as unknown);
    attempt('its prototype', () => Object.getPrototypeOf(inner) as unknown);
    attempt('a property of ours', () => {
      (inner as unknown as Record<string, unknown>)['planted'] = 1;
      return 1;
    });
    return open;
  });
  expect(doors).toEqual([]);
  await attacker.expectNothing(page);
});

test('what is drawn in the frame can’t be found, pointed at, selected or drawn again', async ({
  attacker,
  victim,
}) => {
  const { page } = victim;
  const got = await page.evaluate(async () => {
    const frame = document.querySelector('byok-vault')?.shadowRoot?.querySelector('iframe');
    if (!frame) throw new Error('no frame');
    const { left, top, width } = frame.getBoundingClientRect();
    const at = new Set<string>();
    const caret = document as unknown as { caretPositionFromPoint(x: number, y: number): unknown };
    for (let y = top + 5; y < innerHeight; y += 40) {
      for (const each of document.elementsFromPoint(left + width / 2, y)) at.add(each.localName);
      window.loot.take('points', caret.caretPositionFromPoint(left + width / 2, y));
    }
    (document as unknown as { execCommand(command: string): void }).execCommand('selectAll');
    window.loot.take('selection', getSelection()?.toString());
    const found = (window as unknown as { find(text: string): boolean }).find('sk-p');
    const drawn: string[] = [];
    const canvas = document.createElement('canvas');
    const context = canvas.getContext('2d');
    const attempt = async (name: string, draw: () => unknown): Promise<void> => {
      try {
        await draw();
        drawn.push(name);
      } catch (error) {
        window.loot.take('drawing', error);
      }
    };
    await attempt('drawImage', () => context?.drawImage(frame as unknown as HTMLCanvasElement, 0, 0));
    await attempt('createImageBitmap', () => createImageBitmap(frame as unknown as HTMLCanvasElement));
    await attempt('the screen, unasked', () =>
      Promise.race([
        navigator.mediaDevices.getDisplayMedia(),
        new Promise((_, reject) => setTimeout(reject, 500, new Error('waits for the person'))),
      ]),
    );
    const image = new Image();
    await attempt('foreignObject', async () => {
      image.src = `data:image/svg+xml,${encodeURIComponent(
        `<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><foreignObject width="9" height="9"><iframe xmlns="http://www.w3.org/1999/xhtml" src="${frame.src}"/></foreignObject></svg>`,
      )}`;
      await image.decode();
      context?.drawImage(image, 0, 0);
      if (context?.getImageData(0, 0, 9, 9).data.every((byte) => byte === 0)) throw new Error('empty');
    });
    return { at: [...at], found, drawn };
  });
  expect(got.at.filter((name) => !['iframe', 'div', 'byok-vault', 'body', 'html'].includes(name))).toEqual(
    [],
  );
  expect(got.found).toBe(false);
  expect(got.drawn).toEqual([]);
  await attacker.expectNothing(page);
});

test('the page’s own storage, channels, caches and locks hold nothing of the vault', async ({
  attacker,
  victim,
}) => {
  const { page } = victim;
  const own = await page.evaluate(async () => {
    const names = ['byok', 'byok-vault', 'vault', 'byok-vault/1', 'byok-tabs', 'tabs'];
    for (const name of names) {
      new BroadcastChannel(name).onmessage = ({ data }) => {
        window.loot.take('channels', data);
      };
      // A database of the vault's name would be one of the app's own.
      await new Promise((resolve) => {
        indexedDB.open(name).onsuccess = resolve;
      });
    }
    const { cookieStore } = window as unknown as { cookieStore: { getAll(): Promise<unknown> } };
    window.loot.take('cookies', await cookieStore.getAll());
    const granted = await document.requestStorageAccess().catch((error: unknown) => error);
    window.loot.take('storage access', granted);
    const { held = [], pending = [] } = await navigator.locks.query();
    return { locks: [...held, ...pending].length, caches: await caches.keys(), local: localStorage.length };
  });
  expect(own).toEqual({ locks: 0, caches: [], local: 0 });
  await victim.lock();
  await attacker.expectNothing(page);
  expect(attacker.holds('byok_demo='), 'the session’s cookie is not for scripts').toBe(false);
});

test('a password that is half typed is in no event, no field and no text of the page', async ({
  attacker,
  victim,
}) => {
  await victim.lock();
  await typePassword(victim);
  const shown = await victim.page.evaluate(() => [
    document.activeElement?.localName,
    document.querySelector('byok-vault')?.shadowRoot?.activeElement?.localName,
  ]);
  // That the frame has the focus is all there is to see.
  expect(shown).toEqual(['byok-vault', 'iframe']);
  await attacker.expectNothing(victim.page);
});
