/** Keys, pointer, clipboard, drag and print: what of a person's acting in the frame reaches the page around it. */
import { expect, password, secretsOf, test, typePassword, unlockByKeys } from './test.ts';
import { keyOf } from '../support/keys.ts';
import { words } from '../../web/panel/words.ts';

test.beforeEach(async ({ attacker, victim }) => {
  await attacker.enterFully(victim.page);
  await victim.open();
});

test('keys pressed, text composed and text pasted in the frame are no events of the page', async ({
  attacker,
  victim,
}) => {
  const { page } = victim;
  await page.evaluate(() => {
    const seen: string[] = [];
    Object.assign(window, { seen });
    for (const name of ['keydown', 'keyup', 'keypress', 'beforeinput', 'input', 'compositionupdate', 'paste'])
      for (const target of [window, document, document.querySelector('byok-vault')])
        target?.addEventListener(name, () => seen.push(name), true);
  });
  await typePassword(victim);
  await victim.password.press('ControlOrMeta+a');
  await page.keyboard.insertText(password);
  const cdp = await page.context().newCDPSession(page);
  await cdp.send('Input.imeSetComposition', { text: password, selectionStart: 0, selectionEnd: 0 });
  expect(await page.evaluate(() => (window as unknown as { seen: string[] }).seen)).toEqual([]);
  await page.getByLabel('Note').press('x');
  expect(
    await page.evaluate(() => (window as unknown as { seen: string[] }).seen),
    'the same ears hear the page’s own keys',
  ).toContain('keydown');
  await attacker.expectNothing(page);
});

test('can’t be stopped: who takes the focus in mid-typing gets what is typed from then on, and nothing before', async ({
  attacker,
  victim,
}) => {
  const { page } = victim;
  await typePassword(victim, password.slice(0, 14));
  await page.getByLabel('Note').evaluate((field) => {
    field.focus();
  });
  await page.keyboard.type(password.slice(14));
  await attacker.collect(page);
  const [head, tail] = [password.slice(0, 14), password.slice(14)];
  expect(attacker.find([{ name: 'head', value: head }])).toEqual([]);
  expect(attacker.find([{ name: 'tail', value: tail }]).length).toBeGreaterThan(0);
});

for (const shown of [false, true]) {
  test(`a password that is ${shown ? 'shown' : 'hidden'} is not dragged out of the frame`, async ({
    attacker,
    victim,
  }) => {
    const { page } = victim;
    await typePassword(victim);
    if (shown) {
      await victim.button(words.showWhat('Vault password')).click();
      await victim.password.click();
    }
    await victim.password.press('ControlOrMeta+a');
    const from = await victim.password.boundingBox();
    const to = await page.getByLabel('Note').boundingBox();
    if (!from || !to) throw new Error('not on screen');
    // By hand: the runner's own mouse waits for a drag that begins in another process for ever.
    const mouse = await page.context().newCDPSession(page);
    const send = (type: 'mousePressed' | 'mouseMoved' | 'mouseReleased', part: number): void => {
      const x = from.x + 30 + (to.x - from.x - 10) * part;
      const y = from.y + from.height / 2 + (to.y - from.y - 8) * part;
      const event = { type, x, y, button: 'left', buttons: 1, clickCount: 1 } as const;
      mouse.send('Input.dispatchMouseEvent', event).catch(() => undefined);
    };
    send('mousePressed', 0);
    for (let step = 1; step <= 10; step++) {
      send('mouseMoved', step / 10);
      await page.waitForTimeout(30);
    }
    send('mouseReleased', 1);
    await page.waitForTimeout(200);
    await expect(page.getByLabel('Note')).toHaveValue('');
    await attacker.expectNothing(page);
  });
}

test('the clipboard, which the page may read, gets nothing from a hidden field', async ({
  attacker,
  victim,
  site,
}) => {
  const { page } = victim;
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write'], { origin: site.app });
  await page.evaluate(() => navigator.clipboard.writeText('as it was'));
  await typePassword(victim);
  for (const keys of ['ControlOrMeta+a', 'ControlOrMeta+c', 'ControlOrMeta+x'])
    await victim.password.press(keys);
  await page.getByLabel('Note').click();
  const clipboard = await page.evaluate(async () => {
    const old = document as unknown as { execCommand(command: string): void };
    old.execCommand('selectAll');
    old.execCommand('copy');
    const text = await navigator.clipboard.readText();
    window.loot.take('clipboard', text);
    return text;
  });
  expect(['as it was', '']).toContain(clipboard);
  await attacker.expectNothing(page);
});

test('pointer and touch over the frame are no events of the page, captured or not', async ({
  attacker,
  victim,
}) => {
  const { page } = victim;
  await page.evaluate(() => {
    const inFrame: string[] = [];
    Object.assign(window, { inFrame });
    const frame = document.querySelector<HTMLElement>('byok-vault');
    for (const name of [
      'pointerdown',
      'pointermove',
      'pointerup',
      'click',
      'mousedown',
      'wheel',
      'contextmenu',
    ]) {
      window.addEventListener(
        name,
        (event) => {
          const { top, bottom } = frame?.getBoundingClientRect() ?? { top: 0, bottom: 0 };
          const { clientY } = event as MouseEvent;
          if (clientY > top && clientY < bottom) inFrame.push(name);
        },
        true,
      );
    }
    frame?.addEventListener('pointermove', (event) => {
      frame.setPointerCapture(event.pointerId);
    });
  });
  await unlockByKeys(victim);
  await victim.card('OpenAI').getByRole('button', { name: 'Test', exact: true }).click();
  await victim.card('OpenAI').hover();
  await page.mouse.wheel(0, 50);
  const seen = await page.evaluate(() => (window as unknown as { inFrame: string[] }).inFrame);
  expect(seen).toEqual([]);
  await attacker.expectNothing(page);
});

test('printing tells the page that it is printed, and nothing of the frame', async ({ attacker, victim }) => {
  const { page } = victim;
  await unlockByKeys(victim);
  await page.evaluate(() => {
    for (const name of ['beforeprint', 'afterprint'])
      window.addEventListener(name, () => {
        window.loot.take('print', [name, document.documentElement]);
        Object.assign(window, { printed: name });
      });
  });
  await page.pdf();
  await expect
    .poll(() => page.evaluate(() => (window as unknown as { printed?: string }).printed))
    .toBe('afterprint');
  await attacker.expectNothing(page);
});

test('no saved password and no passkey of the vault’s origin is given to the page', async ({
  attacker,
  victim,
}) => {
  const { page } = victim;
  await unlockByKeys(victim);
  const got = await page.evaluate(async () => {
    const ask = (options: object): Promise<unknown> =>
      Promise.race([
        navigator.credentials.get(options).catch((error: unknown) => {
          window.loot.take('credentials', error);
          return null;
        }),
        new Promise((resolve) => setTimeout(resolve, 500, null)),
      ]);
    const answers = [
      await ask({ password: true, mediation: 'silent' }),
      await ask({ publicKey: { challenge: new Uint8Array(32), rpId: 'vault.example.com', timeout: 400 } }),
      await ask({ otp: { transport: ['sms'] }, signal: AbortSignal.timeout(300) }),
    ];
    window.loot.take('credentials', answers);
    return answers;
  });
  expect(got).toEqual([null, null, null]);
  await attacker.expectNothing(page);
});

test('a key that is typed while the page moves, hides and covers the frame stays in it', async ({
  attacker,
  victim,
}) => {
  const { page } = victim;
  await unlockByKeys(victim);
  const key = keyOf('Gemini');
  const field = victim.card('Gemini').getByRole('textbox', { name: 'Gemini API key' });
  await field.click();
  await page.evaluate(() => {
    const element = document.querySelector<HTMLElement>('byok-vault');
    if (!element) throw new Error('no element');
    let turn = 0;
    const timer = setInterval(() => {
      element.style.cssText =
        ['opacity: 0.01', 'transform: translateX(9px)', 'filter: blur(2px)', ''][turn++ % 4] ?? '';
    }, 20);
    setTimeout(() => {
      clearInterval(timer);
      element.style.cssText = '';
    }, 1000);
  });
  await page.keyboard.type(key.value);
  await attacker.expectNothing(page, ...secretsOf(key));
});
