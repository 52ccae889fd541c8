/**
 * Argon2id as browsers run it, against libsodium built for this machine: the filling of our own with SIMD, and libsodium's portable
 * one. wasm/argon2.test.ts asks Node's engine the same; only full runs ask all of it, and Firefox.
 */
import { readFileSync } from 'node:fs';
import { firefox, type Page } from '@playwright/test';
import { build } from 'esbuild';
import { describeCase, randomCases, rfcTag, rfcVector } from '../tests/argon2/cases.ts';
import type { Argon2Case } from '../tests/argon2/derive.ts';
import { startNative } from '../tests/argon2/native.ts';
import { root } from './support/site.ts';
import { expect, test } from './support/test.ts';

const full = process.env['BYOK_TEST_FULL'] !== undefined;
/** So many are asked at once: one message there and one back. */
const atOnce = 100;
const modules = ['simd', 'scalar'] as const;

/** A case as it crosses to the page: bytes as numbers. */
type Sent = Readonly<Record<string, number | readonly number[] | undefined>>;

declare global {
  /** In the page: the tags of cases, by one of the two modules. */
  var deriveAll: (module: string, cases: readonly Sent[]) => string[];
}

const inPage = `
  import { derive } from './tests/argon2/derive.ts';
  import { instantiate } from './web/core/module.ts';
  const cores = {};
  globalThis.loadModule = async (name, base64) => {
    cores[name] = await instantiate(Uint8Array.from(atob(base64), (character) => character.charCodeAt(0)));
  };
  const received = (value) => (Array.isArray(value) ? Uint8Array.from(value) : value);
  globalThis.deriveAll = (name, cases) =>
    cases.map((sent) => {
      const it = Object.fromEntries(Object.entries(sent).map(([key, value]) => [key, received(value)]));
      return derive(cores[name], it);
    });`;

function sent(it: Argon2Case): Sent {
  const plain = (value: unknown): unknown => (value instanceof Uint8Array ? [...value] : value);
  return Object.fromEntries(Object.entries(it).map(([key, value]) => [key, plain(value)])) as Sent;
}

/** An empty page that has both modules. */
async function prepare(page: Page): Promise<void> {
  const { outputFiles } = await build({
    stdin: { contents: inPage, resolveDir: root, loader: 'ts' },
    bundle: true,
    format: 'iife',
    write: false,
  });
  await page.goto('about:blank');
  await page.addScriptTag({ content: outputFiles[0]?.text ?? '' });
  for (const name of modules) {
    const wasm = readFileSync(`${root}build/wasm-argon2/${name}.wasm`).toString('base64');
    await page.evaluate(`loadModule('${name}', '${wasm}')`);
  }
}

async function holds(page: Page, count: number): Promise<void> {
  await prepare(page);
  const native = startNative();
  try {
    const cases = randomCases(count);
    native.ask(cases);
    for (let from = 0; from < count; from += atOnce) {
      const part = cases.slice(from, from + atOnce);
      const given = part.map(sent);
      const tags = await Promise.all(
        modules.map((name) => page.evaluate(([of, all]) => deriveAll(of, all), [name, given] as const)),
      );
      for (const [i, it] of part.entries()) {
        const expected = await native.answer();
        for (const [m, name] of modules.entries())
          expect(tags[m]?.[i], `${name}, ${describeCase(from + i, it)}`).toBe(expected);
      }
    }
    for (const name of modules)
      expect(
        await page.evaluate(([of, it]) => deriveAll(of, [it]), [name, sent(rfcVector)] as const),
      ).toEqual([rfcTag]);
  } finally {
    native.end();
  }
}

test(`Chromium derives what libsodium does natively, and RFC 9106's vector`, async ({ page }) => {
  test.setTimeout(180_000);
  await holds(page, full ? 2_000 : 300);
});

if (full) {
  test(`Firefox derives what libsodium does natively, and RFC 9106's vector`, async () => {
    test.setTimeout(300_000);
    const browser = await firefox.launch({ channel: 'moz-firefox', executablePath: '/usr/bin/firefox-esr' });
    try {
      await holds(await browser.newPage(), 2_000);
    } finally {
      await browser.close();
    }
  });
}
