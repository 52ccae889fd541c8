/** docs/integration.md: what it shows in TypeScript says the same to a strict project that has the package as npm packs it. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { typeCheck } from './testing/type-check.ts';

const root = fileURLToPath(new URL('../', import.meta.url));
const guide = readFileSync(join(root, 'docs/integration.md'), 'utf8');

/** What the platform has of its own, as the guide says of each. */
const platformsOwn = `
  declare global {
    function submitJob(): Promise<void>;
    function report(error: unknown): void;
    const sessions: { userOf(req: import('node:http').IncomingMessage): { id: string; name: string } | null };
    const yours: (req: import('node:http').IncomingMessage, res: import('node:http').ServerResponse) => void;
    const billing: { count(user: string, provider: string): void };
    const plan: { mayUseOwnKeys: boolean };
    const user: { id: string; wantsOwnKey: boolean };
    const text: string;
  }
  import 'byok-vault/element';
`;

/** The guide's pieces by where they run; what one side makes in an earlier piece, a later one uses. */
function pieces(): Record<'page' | 'api' | 'worker', string> {
  const [page = '', api = '', submits = '', worker = '', ...more] = [
    ...guide.matchAll(/^```ts\n([^]*?)^```$/gm),
  ].map(([, piece = '']) => piece);
  assert.deepEqual(more, []);
  return { page, api: api + submits, worker };
}

/** Unpacked into a project's node_modules, with the peers beside it. */
function install(project: string): void {
  const modules = join(project, 'node_modules');
  mkdirSync(join(modules, 'byok-vault'), { recursive: true });
  const packed = execFileSync(
    'npm',
    ['pack', '--ignore-scripts', '--silent', '--pack-destination', project],
    {
      cwd: root,
      encoding: 'utf8',
    },
  ).trim();
  execFileSync('tar', [
    '-xzf',
    join(project, packed),
    '--strip-components=1',
    '-C',
    join(modules, 'byok-vault'),
  ]);
  for (const name of readdirSync(join(root, 'node_modules')))
    if (name !== 'byok-vault' && !name.startsWith('.'))
      symlinkSync(join(root, 'node_modules', name), join(modules, name));
}

test('every piece of the guide is of the types that the packed package has', () => {
  const project = mkdtempSync(join(tmpdir(), 'byok-integration-'));
  try {
    install(project);
    const { page, api, worker } = pieces();
    const own = `${platformsOwn}\nexport {};`;
    const files = { 'own.ts': own, 'page.ts': page, 'api.ts': api, 'worker.ts': worker };
    assert.equal(typeCheck(project, files), '');
    // And would not be, were anything left out that a piece uses.
    assert.match(
      typeCheck(project, { ...files, 'api.ts': api.replace('queue, receipts', 'receipts') }),
      /api\.ts.*'queue'/,
    );
  } finally {
    rmSync(project, { recursive: true, force: true });
  }
});

test('the guide and the package name the same peers', () => {
  const { peerDependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
    peerDependencies: Record<string, string>;
  };
  const [, named = ''] = /npm install byok-vault ([^\n]*)/.exec(guide) ?? [];
  const inSource = readFileSync(join(root, 'server/index.ts'), 'utf8').split('*/', 1).join('');
  assert.deepEqual(named.split(' ').sort(), Object.keys(peerDependencies).sort());
  for (const peer of Object.keys(peerDependencies)) assert.ok(inSource.includes(peer), peer);
});
