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
import { root, type Site } from '../support/site.ts';
import { dumpStored, headerIn } from '../support/stored.ts';
import { Attacker } from './attacker.ts';
import { expect, password, test, useVault } from './test.ts';

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

/** A session in the demo app that imports the vault: a password is chosen and a key saved, both by the keyboard. */
async function useImported(page: Page, site: Site): Promise<TestKey> {
  const key = keyOf('OpenAI');
  await page.goto(`http://localhost:${String(site.port)}/import.html`);
  const field = page.getByLabel('Password for this vault');
  await field.click();
  await field.pressSequentially(password);
  await page.getByRole('button', { name: 'Create' }).click();
  await page.getByLabel('Provider').selectOption('openai');
  await page.getByLabel('Key', { exact: true }).click();
  await page.getByLabel('Key', { exact: true }).pressSequentially(key.value);
  await page.getByRole('button', { name: 'Test and save' }).click();
  await expect(page.getByRole('status')).toHaveText('Saved: valid.');
  return key;
}

/** What there was to find. Reads the storage from inside the page, so what an attacker took is collected before. */
async function secretsOfImported(page: Page, key: TestKey): Promise<{ secrets: Canary[]; sealed: Canary }> {
  const header = headerIn(await dumpStored(page));
  const secrets = [
    { name: 'password', value: password },
    { ...key, name: 'provider key' },
    { name: 'preview', value: key.preview },
    { name: 'KEK', value: await deriveKek(header, password) },
    { name: 'vault key', value: await openVaultKey(header, password) },
  ];
  return { secrets, sealed: { name: 'sealed data', value: header.subarray(6, 22) } };
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

test('the table of attacks says what each obtains, in both forms', async ({
  attacker,
  context,
  victim,
  site,
  stock,
}) => {
  const page = await context.newPage();
  const inPage = new Attacker('');
  await inPage.enterFully(page);
  const key = await useImported(page, site);
  await inPage.collect(page);
  const { secrets, sealed } = await secretsOfImported(page, key);
  await page.close();

  await attacker.enterFully(victim.page);
  await victim.open();
  const fresh = await useVault(victim);
  await attacker.expectNothing(victim.page, ...fresh);

  const embedded = [...stock.secrets, ...fresh];
  const rows = attacks.map(
    (attack) =>
      `| ${attack} | ${lineOf(attacker, embedded, attack)} | ${lineOf(inPage, [...secrets, sealed], attack)} |`,
  );
  for (const each of ['password', 'provider key', 'KEK', 'preview', sealed.name])
    expect(rows.join(), 'the same ears find it where it can be found').toContain(each);
  const table = ['| What the script looks at | embedded | importable |', '|---|---|---|', ...rows].join('\n');
  const text = readFileSync(document, 'utf8');
  const [before = '', rest] = text.split(start);
  if (rest === undefined) throw new Error('the document has no place for the table');
  const [, after = ''] = rest.split(end);
  const next = `${before}${start}\n${table}\n${end}${after}`;
  if (process.env['BYOK_WRITE_TABLE'] !== undefined) writeFileSync(document, next);
  else expect(text).toBe(next);
});

test('a script that comes when the importable vault is locked finds sealed data alone', async ({
  page,
  site,
}) => {
  const { secrets, sealed } = await secretsOfImported(page, await useImported(page, site));
  await page.goto('about:blank');
  const late = new Attacker('');
  await late.enterFully(page);
  await page.goto(`http://localhost:${String(site.port)}/import.html`);
  await expect(page.getByRole('button', { name: 'Unlock' })).toBeVisible();
  await late.expectNothing(page, ...secrets);
  expect(late.find([sealed]).length).toBeGreaterThan(0);
});
