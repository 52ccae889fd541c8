/** What the app's page can say to the frame through a port of its own, and what it hears unasked. */
import type { Panel } from '../support/panel.ts';
import { plain, say, sayInTurns, takePort, type Answer } from './port.ts';
import { expect, password, test, unlockByKeys } from './test.ts';

test.describe('through a port of the attacker’s own', () => {
  let inner: Panel;
  let fresh: () => Promise<void>;
  const failures: string[] = [];

  test.beforeEach(async ({ attacker, victim }) => {
    failures.length = 0;
    victim.page.on('pageerror', (error) => failures.push(String(error)));
    await attacker.enter(victim.page);
    const begin = async (): Promise<void> => {
      await takePort(victim);
      inner = plain(victim);
      await unlockByKeys(inner);
    };
    fresh = async () => {
      await attacker.expectNothing(victim.page);
      await begin();
    };
    await begin();
  });

  test.afterEach(async ({ attacker, victim }) => {
    await attacker.expectNothing(victim.page);
    expect(failures, 'nothing failed in the frame').toEqual([]);
    await expect(inner.button('Lock')).toBeVisible();
  });

  test('messages of every wrong shape and size are refused by their number or not answered', async ({
    victim,
  }) => {
    test.slow();
    const heard = await sayInTurns(
      victim.page,
      `
      const call = { type: 'call', id: 1, method: 'seal', providers: ['openai'] };
      const cyclic = { ...call, id: 2 }; cyclic.self = cyclic;
      const deep = {}; let at = deep; for (let i = 0; i < 3000; i++) at = at.deeper = {};
      const long = 'x'.repeat(10_000_000);
      const { port1, port2 } = new MessageChannel();
      const buffer = new ArrayBuffer(1_000_000);
      const stream = new ReadableStream();
      return [
        cyclic, deep, long, [long], Array(1_000_000).fill(call), new Array(4_000_000_000),
        { ...call, id: 3, providers: [long] }, { ...call, id: 4, providers: Array(1_000_000).fill('openai') },
        { ...call, id: 5, providers: { length: 1, 0: 'openai' } },
        { ...call, id: 6, method: long }, { ...call, id: 7, [long]: 1 },
        JSON.parse('{"type":"call","id":8,"method":"seal","providers":["openai"],"__proto__":{"isAdmin":true}}'),
        JSON.parse('{"__proto__":{"type":"call","id":9,"method":"state"}}'),
        { type: 'call', id: 10, method: 'state', constructor: { prototype: { polluted: 1 } } },
        { ...call, id: 11, get method() { return 'exportKeys'; } },
        { ...call, id: 12, toJSON() { return 'x'; } },
        { ...call, id: 13, providers: ['__proto__'] }, { ...call, id: 14, providers: ['constructor'] },
        new Map([['type', 'call']]), new Set(['call']), new Date(), /call/, new Error('call'), 10n, NaN, -0, '', null,
        new Blob(['call']), new File(['call'], 'call'), new ImageData(1, 1), new Uint8Array(1000), new Proxy({}, {}),
        () => 1, Symbol('call'), { [Symbol.iterator]: 1 }, document, window,
        ['transfer', { ...call, id: 15, port: port1 }, [port1]],
        ['transfer', { ...call, id: 16, buffer }, [buffer]],
        ['transfer', { ...call, id: 17, stream }, [stream]],
        ['transfer', { ...call, id: 18, canvas: new OffscreenCanvas(1, 1) }, []],
        { ...call, id: 19, shared: typeof SharedArrayBuffer === 'function' ? new SharedArrayBuffer(8) : new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true }).buffer },
        await WebAssembly.compile(Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0)),
        { ...call, id: Number.MAX_SAFE_INTEGER + 2 }, { ...call, id: '20' }, { ...call, id: { valueOf: 1 } },
      ];
      `,
      fresh,
    );
    const answers = heard.filter(({ type }) => type === 'done' || type === 'refused');
    const codes = [...new Set(answers.flatMap(({ code }) => code ?? []))].sort();
    // A provider with a name that no provider has is one that the core does not know.
    expect(codes.filter((code) => !['bad_message', 'no_key', 'unknown_provider'].includes(code))).toEqual([]);
    expect(answers.filter(({ type, id }) => type === 'done' && id !== 999_999)).toEqual([]);
    const polluted = await (
      await (await victim.page.waitForSelector('iframe')).contentFrame()
    )?.evaluate(() => [
      ...Object.getOwnPropertyNames(Object.prototype).filter((name) =>
        /^(polluted|isAdmin|type|id)$/.test(name),
      ),
      ...['polluted', 'isAdmin'].filter((name) => name in {}),
    ]);
    expect(polluted).toEqual([]);
  });

  test('no platform, user, time or verdict of his is taken, and no method but three is there', async ({
    victim,
    hostileApp,
  }) => {
    test.slow();
    const before = hostileApp.asked.length;
    const heard = await sayInTurns(
      victim.page,
      `
      const call = { type: 'call', method: 'seal', providers: ['openai'] };
      const more = { platform: 'A'.repeat(43), platformKey: new Uint8Array(32), key: 'mine', user: { id: 'demo-attacker', name: 'A' },
        now: 1e15, api: '${hostileApp.origin}/byok/', purpose: 'test', verdict: 'valid', app: 'https://bank.example', confirmed: true };
      const methods = ['list', 'exportKeys', 'records', 'unlock', 'create', 'changePassword', 'confirmUser', 'verifyAndSave',
        'saveUntested', 'test', 'remove', 'startOver', 'setPlatform', 'setUser', 'setVerdict', 'allow', 'grant', 'toString', '__proto__', 'constructor'];
      return [
        ...Object.entries(more).map(([name, value], n) => ({ ...call, id: 100 + n, [name]: value })),
        ...methods.map((method, n) => ({ type: 'call', id: 200 + n, method, password: 'x', args: ['x'] })),
        ...methods.map((method, n) => ({ type: 'call', id: 300 + n, method })),
        { type: 'platform', ...more }, { type: 'user', user: more.user }, { type: 'verdict', provider: 'openai', verdict: 'valid' },
        { type: 'init', ...more }, { type: 'config', apps: ['*'] },
      ];
      `,
      fresh,
    );
    const answers = heard.filter(({ id }) => id !== undefined && id !== 999_999);
    expect(answers).toHaveLength(50);
    expect(
      answers
        .map(({ type, code }) => `${type} ${String(code)}`)
        .filter((each) => each !== 'refused bad_message'),
    ).toEqual([]);
    // His own page is loaded anew for each turn.
    const asked = hostileApp.asked.slice(before).filter((line) => !line.startsWith('["GET","/plain"'));
    expect(asked, 'the vault asked nothing of the attacker').toEqual([]);
  });

  test('a call said again, a number used again and an answer said back are new calls or nothing', async ({
    victim,
  }) => {
    const heard = await say(
      victim.page,
      `
      const state = { type: 'call', id: 5, method: 'state' };
      return [state, state, { ...state, id: 1 }, ...window.heardAll,
        { type: 'done', id: 5, result: [] }, { type: 'ready' }, { type: 'view', view: 'unlock' }, { type: 'refused', id: 5, code: 'locked' }];
      `,
    );
    const answers = heard.filter(({ type }) => type === 'done' || type === 'refused');
    expect(answers.map(({ id, result }) => [id, result])).toEqual([
      [5, 'unlocked'],
      [5, 'unlocked'],
      [1, 'unlocked'],
      [999_999, 'unlocked'],
    ]);
  });

  test('a second greeting, from whomever and with whatever, is not answered', async ({ victim, site }) => {
    const heard = await victim.page.evaluate(async (vault) => {
      const frame = document.querySelector('iframe')?.contentWindow;
      if (!frame) throw new Error('no frame');
      const answers: unknown[] = [];
      const greet = (from: Window, text: unknown, ports = 1): void => {
        const theirs = Array.from({ length: ports }, () => {
          const { port1, port2 } = new MessageChannel();
          port1.onmessage = ({ data }) => {
            answers.push(data);
          };
          port1.postMessage({ type: 'call', id: 1, method: 'state' });
          return port2;
        });
        // In the realm of another window, its own postMessage has that window as its source.
        (
          from as unknown as typeof globalThis & { frame: Window; theirs: MessagePort[]; text: unknown }
        ).frame = frame;
        Object.assign(from, { theirs, text, vault });
        (from as unknown as { eval(code: string): void }).eval('frame.postMessage(text, vault, theirs)');
      };
      const sibling = document.createElement('iframe');
      document.body.append(sibling);
      for (const from of [window, sibling.contentWindow ?? window]) {
        for (const text of [
          'byok-vault/1',
          'byok-vault/0',
          'byok-vault/2',
          ['byok-vault/1'],
          { type: 'hello' },
        ])
          greet(from, text);
        greet(from, 'byok-vault/1', 0);
        greet(from, 'byok-vault/1', 3);
      }
      await new Promise((resolve) => setTimeout(resolve, 300));
      return answers;
    }, site.vault);
    expect(heard).toEqual([]);
  });
});

test('the messages that come unasked are words of state and heights, and typing causes none', async ({
  attacker,
  victim,
}) => {
  const { page } = victim;
  await attacker.enter(page);
  await takePort(victim);
  const inner = plain(victim);
  await inner.password.click();
  const heard = (): Promise<Answer[]> => page.evaluate(() => window.heardAll as Answer[]);
  await expect.poll(async () => (await heard()).some(({ type }) => type === 'size')).toBe(true);
  const before = await heard();
  await inner.password.pressSequentially(password);
  expect(await heard(), 'not one for a key pressed').toEqual(before);
  await inner.password.press('Enter');
  await expect(inner.button('Lock')).toBeVisible();
  const shapes = new Set(
    (await heard()).map((message) => `${message.type}: ${Object.keys(message).sort().join()}`),
  );
  const allowed = ['ready: type', 'size: height,type', 'state: state,type', 'view: type,view'];
  expect([...shapes].filter((shape) => !allowed.includes(shape))).toEqual([]);
  attacker.keep('port', await heard());
  await attacker.expectNothing(page);
});

test('a greeting before the element’s own, from a window beside the frame, wins nothing', async ({
  attacker,
  victim,
}) => {
  await attacker.enterFully(victim.page);
  await victim.page.addInitScript(() => {
    if (window.parent !== window) return;
    const greet = setInterval(() => {
      const frame = document.querySelector('byok-vault')?.shadowRoot?.querySelector('iframe')?.contentWindow;
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = ({ data }) => {
        window.loot.take('first greeting', data);
      };
      frame?.postMessage('byok-vault/1', '*', [port2]);
    }, 1);
    setTimeout(() => {
      clearInterval(greet);
    }, 3000);
  });
  await victim.open();
  await unlockByKeys(victim);
  await attacker.expectNothing(victim.page);
});
