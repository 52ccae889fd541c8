/** Nothing leaves: in the middle of everything, no sink holds a key, a password or a preview, and none that lasts a provider's name. */
import { words } from '../web/panel/words.ts';
import { launchWithCdp } from './support/chromium.ts';
import { keyOf } from './support/keys.ts';
import { findLeaks, findWords, type Canary, type Sunk } from './support/leak.ts';
import { forms, Panel } from './support/panel.ts';
import { sinkKinds, Sinks } from './support/sinks.ts';
import { expect, test } from './support/test.ts';

const password = 'Zwölf Boxkämpfer/jagen+Viktor 99';
const providers = ['openai', 'gemini', 'anthropic', 'mistral', 'groq', 'deepseek', 'openrouter', 'cohere'];

function lasting(sunk: readonly Sunk[]): Sunk[] {
  return sunk.filter(({ sink }) => ['storage', 'url', 'console'].includes(sink));
}

for (const form of forms) {
  test(`${form}: no sink holds a key, the password or a preview at any stage`, async ({ site }) => {
    const { browser, cdp } = await launchWithCdp();
    const context = await browser.newContext();
    const sinks = await Sinks.watch(context, cdp);
    const panel = new Panel(await context.newPage(), site, form);
    const [openai, gemini, refused] = [
      keyOf('OpenAI'),
      keyOf('Gemini', 'rate_limited'),
      keyOf('Anthropic', 'invalid'),
    ];
    const slow = keyOf('Anthropic', 'slow');
    const canaries: Canary[] = [
      { name: 'password', value: password },
      ...[openai, gemini, refused, slow].flatMap((key) => [
        key,
        { name: `${key.name} preview`, value: key.preview },
      ]),
    ];
    const holdsNothing = async (stage: string): Promise<void> => {
      const sunk = await sinks.collect(panel.page);
      expect(findLeaks(sunk, canaries), stage).toEqual([]);
      expect(findWords(lasting(sunk), providers), stage).toEqual([]);
    };

    await panel.openAndCreate(password);
    await panel.add('OpenAI', openai.value);
    await panel.enter('Gemini', gemini.value);
    await expect(panel.card('Gemini')).toContainText(gemini.preview);
    await panel.enter('Anthropic', refused.value);
    await expect(panel.card('Anthropic').getByText(words.outcome.notSaved)).toBeVisible();
    await holdsNothing('unlocked');

    await panel.enter('Anthropic', slow.value);
    await holdsNothing('a test is under way');

    await panel.lock();
    await holdsNothing('locked');
    await panel.password.fill(`${password}?`);
    await panel.button('Unlock').click();
    await expect(panel.region.getByText('Wrong password')).toBeVisible();
    await holdsNothing('a wrong password');

    cdp.close();
    await browser.close();
  });
}

test('the search finds a planted value in every sink, in every form it is written down in', async ({
  site,
}) => {
  const { browser, cdp } = await launchWithCdp();
  const context = await browser.newContext();
  const sinks = await Sinks.watch(context, cdp);
  const panel = new Panel(await context.newPage(), site, 'embedded');
  await panel.open();
  const key = keyOf('OpenAI');
  const part = key.random.slice(5, 13);
  await (
    await panel.document()
  ).evaluate(async (value) => {
    const utf16 = new Uint8Array(Uint16Array.from(value, (letter) => letter.charCodeAt(0)).buffer);
    const database = await new Promise<IDBDatabase>((resolve) => {
      const request = indexedDB.open('planted', 1);
      request.onupgradeneeded = () => {
        request.result.createObjectStore('rows').put({ deep: [new Map([['x', utf16]])] }, 1);
      };
      request.onsuccess = () => {
        resolve(request.result);
      };
    });
    database.close();
    history.replaceState(null, '', `#${btoa(`ab${value}`)}`);
    console.log(Array.from(value, (letter) => letter.charCodeAt(0).toString(16)).join(''));
    await fetch('/missing', { headers: { 'x-planted': btoa(value) } });
  }, part);
  await panel.page.evaluate((value) => {
    const { port1, port2 } = new MessageChannel();
    port2.onmessage = () => undefined;
    port1.postMessage({ planted: [new TextEncoder().encode(value)] });
    document.body.dataset['planted'] = value;
  }, part);
  const found = findLeaks(await sinks.collect(panel.page), [key]);
  expect(new Set(found.map(({ sink }) => sink))).toEqual(new Set(sinkKinds));
  expect(findWords([{ sink: 'console', bytes: Buffer.from('an OpenAI key') }], providers)).toHaveLength(1);

  cdp.close();
  await browser.close();
});

for (const [form, write] of Object.entries({
  raw: (text: string) => text,
  'utf-16': (text: string) => Buffer.from(text, 'utf16le'),
  base64: (text: string) => Buffer.from(`x${text}y`).toString('base64'),
  base64url: (text: string) => Buffer.from(`xy${text}`).toString('base64url'),
  hex: (text: string) => Buffer.from(text).toString('hex'),
  percent: (text: string) =>
    [...Buffer.from(text)].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join(''),
})) {
  test(`the search finds eight characters of a key written as ${form}`, () => {
    const key = keyOf('Gemini');
    const bytes = Buffer.from(write(key.random.slice(-9, -1)));
    expect(findLeaks([{ sink: 'here', bytes }], [key]).length).toBeGreaterThan(0);
    expect(findLeaks([{ sink: 'here', bytes }], [keyOf('Gemini')])).toEqual([]);
  });
}
