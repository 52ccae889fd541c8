/**
 * The same attacks against both forms: the embedded one, and the importable one in the app's own page. What each brought home is the
 * table in docs/threat-model.md, which a test holds to the truth; and that they find so much in one form is why nothing
 * found in the other means something. `BYOK_WRITE_TABLE=1` writes the table anew.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import type { Page } from '@playwright/test';
import { keyOf, type TestKey } from '../support/keys.ts';
import type { Canary } from '../support/leak.ts';
import { deriveKek, openVaultKey } from '../support/oracle.ts';
import { root } from '../support/site.ts';
import { dumpStored, headerIn } from '../support/stored.ts';
import { Attacker } from './attacker.ts';
import { expect, password, secretsOf, test, useVault } from './test.ts';

const document = `${root}docs/threat-model.md`;
const [start, end] = ['<!-- attacks: written by e2e/hostile -->', '<!-- end of attacks -->'];

/** As loot.ts names them. */
const attacks = [
  'the fields',
  'key events',
  'other events',
  'the page’s text',
  'stored data',
  'patched TextEncoder and String',
  'patched typed arrays',
  'patched workers and ports',
  'patched prototypes',
  'patched crypto',
  'patched JSON',
  'patched fetch',
  'patched storage',
  'patched WebAssembly',
  'patched elements',
  'performance entries',
];

/** Opens the app's own vault, saves a key and locks. */
async function useImported(page: Page, key: TestKey): Promise<void> {
  const field = page.getByLabel('Password for this vault');
  await field.click();
  await field.pressSequentially(password);
  await page.getByRole('button', { name: 'Create' }).click();
  await page.getByLabel('Key', { exact: true }).click();
  await page.getByLabel('Provider').selectOption('openai');
  await page.getByLabel('Key', { exact: true }).pressSequentially(key.value);
  await page.getByRole('button', { name: 'Test and save' }).click();
  await expect(page.getByRole('status')).toHaveText('Saved: valid.');
}

function lineOf(attacker: Attacker, secrets: readonly Canary[], attack: string): string {
  const found = new Set(
    attacker
      .find(secrets)
      .filter(({ sink }) => sink === attack)
      .map(({ canary }) => canary),
  );
  return (
    secrets
      .map(({ name }) => name)
      .filter((name) => found.has(name))
      .join(', ') || 'nothing'
  );
}

/** Without the names of providers, which differ from form to form. */
function named(key: TestKey): Canary[] {
  return [
    { ...key, name: 'provider key' },
    { name: 'preview', value: key.preview },
  ];
}

test('the table of attacks says what each obtains, in both forms', async ({
  attacker,
  victim,
  site,
  stock,
  browser,
}) => {
  const own = await browser.newContext();
  const page = await own.newPage();
  const inPage = new Attacker('');
  await inPage.enterFully(page);
  await page.goto(`http://localhost:${String(site.port)}/import.html`);
  const key = keyOf('OpenAI');
  await useImported(page, key);
  await inPage.collect(page);
  const header = headerIn(await dumpStored(page));
  const secrets: Canary[] = [
    { name: 'password', value: password },
    ...named(key),
    { name: 'KEK', value: await deriveKek(header, password) },
    { name: 'vault key', value: await openVaultKey(header, password) },
    { name: 'sealed records', value: header.subarray(6, 22) },
  ];
  await own.close();

  await attacker.enterFully(victim.page);
  await victim.open();
  const [fresh] = await useVault(victim);
  await attacker.collect(victim.page);
  const embedded: Canary[] = [
    ...stock.secrets.map((each) => ({
      ...each,
      name: each.name === 'stored header' ? 'sealed records' : each.name,
    })),
    ...(fresh ? secretsOf(fresh as TestKey) : []),
  ];

  const rows = attacks.map(
    (attack) => `| ${attack} | ${lineOf(attacker, embedded, attack)} | ${lineOf(inPage, secrets, attack)} |`,
  );
  expect(attacker.find(embedded)).toEqual([]);
  const obtained = rows.join('\n');
  for (const each of ['password', 'provider key', 'KEK', 'preview', 'sealed records'])
    expect(obtained, 'the same ears find it where it can be found').toContain(each);
  const table = ['| What the script looks at | embedded | importable |', '|---|---|---|', ...rows].join('\n');
  const text = readFileSync(document, 'utf8');
  const [before = '', rest = ''] = text.split(start);
  const [, after = ''] = rest.split(end);
  const next = `${before}${start}\n${table}\n${end}${after}`;
  if (process.env['BYOK_WRITE_TABLE'] !== undefined) writeFileSync(document, next);
  expect(text.includes(start), 'the document has a place for the table').toBe(true);
  expect(readFileSync(document, 'utf8')).toBe(next);
});

test('a script that comes when the importable vault is locked finds sealed data alone', async ({
  site,
  browser,
}) => {
  const own = await browser.newContext();
  const page = await own.newPage();
  const address = `http://localhost:${String(site.port)}/import.html`;
  await page.goto(address);
  const key = keyOf('OpenAI');
  await useImported(page, key);
  const header = headerIn(await dumpStored(page));
  await page.goto('about:blank');
  const late = new Attacker('');
  await late.enterFully(page);
  await page.goto(address);
  await expect(page.getByRole('button', { name: 'Unlock' })).toBeVisible();
  await late.collect(page);
  late.expectNothing([
    { name: 'password', value: password },
    ...named(key),
    { name: 'KEK', value: await deriveKek(header, password) },
    { name: 'vault key', value: await openVaultKey(header, password) },
  ]);
  expect(late.find([{ name: 'sealed records', value: header.subarray(6, 22) }]).length).toBeGreaterThan(0);
  await own.close();
});
