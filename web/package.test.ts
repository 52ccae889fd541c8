/** The package as others get it: packed, installed into an empty project with no network, and used. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));
const packageBytes = 250_000;
const runtimeFiles = [
  'index.js',
  'worker.js',
  'vault.wasm',
  'deriver.wasm',
  'deriver-scalar.wasm',
  'common-passwords.bin',
];
let project = '';
const installed = (...path: string[]): string => join(project, 'node_modules/byok-vault', ...path);

interface Packed {
  readonly filename: string;
  readonly size: number;
  readonly files: readonly { readonly path: string }[];
}
let packed: Packed;

before(() => {
  project = mkdtempSync(join(tmpdir(), 'byok-package-'));
  // npm is the one beside the system's node; it only packs and unpacks here.
  const npm = (args: string[], cwd: string): string =>
    execFileSync('npm', [...args, '--offline', '--ignore-scripts', '--no-audit', '--no-fund'], {
      cwd,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
  const [first] = JSON.parse(npm(['pack', '--json', '--pack-destination', project], root)) as Packed[];
  assert.ok(first);
  packed = first;
  writeFileSync(join(project, 'package.json'), '{"name":"empty","private":true,"type":"module"}');
  npm(['install', join(project, packed.filename)], project);
});
after(() => {
  rmSync(project, { recursive: true, force: true });
});

test('the package is small, and holds what it needs at run time and nothing of its workshop', () => {
  assert.ok(packed.size < packageBytes, `${String(packed.size)} bytes`);
  for (const name of runtimeFiles) assert.ok(existsSync(installed('dist/lib', name)), name);
  const allowed =
    /^(package\.json|README\.md|LICENSE|THIRD_PARTY_LICENSES\.txt|dist\/lib\/.*\.(js|d\.ts|wasm|wasm\.br|bin))$/;
  assert.deepEqual(
    packed.files.map(({ path }) => path).filter((path) => !allowed.test(path)),
    [],
  );
  assert.deepEqual(
    readdirSync(join(project, 'node_modules')).filter((name) => !name.startsWith('.')),
    ['byok-vault'],
  );
});

test('its modules import nothing that is not in it, so that a plain script can load them', () => {
  const scripts = readdirSync(installed('dist/lib')).filter((name) => name.endsWith('.js'));
  for (const name of scripts) {
    const text = readFileSync(installed('dist/lib', name), 'utf8');
    const imports = [...text.matchAll(/(?:^|[;}\s])(?:import|export)[^;'"()]*from\s*["']([^"']+)["']/g)].map(
      (m) => m[1],
    );
    for (const from of imports)
      assert.ok(existsSync(installed('dist/lib', from ?? '')), `${name}: ${String(from)}`);
    assert.doesNotMatch(text, /\beval\(|new Function\(/, name);
  }
});

test('a plain import gives the class and its errors', async () => {
  const library = (await import(installed('dist/lib/index.js'))) as typeof import('./index.ts');
  assert.equal(typeof library.Vault.open, 'function');
  assert.equal(new library.VaultError('wrong_password').code, 'wrong_password');
});

test('a bundler finds it by its name, and the bundle finds the files beside it', async () => {
  writeFileSync(
    join(project, 'app.js'),
    `import { Vault } from 'byok-vault'; globalThis.opened = Vault.open;`,
  );
  await build({
    entryPoints: [join(project, 'app.js')],
    absWorkingDir: project,
    bundle: true,
    format: 'esm',
    outfile: join(project, 'out/app.js'),
    logLevel: 'silent',
  });
  const bundle = readFileSync(join(project, 'out/app.js'), 'utf8');
  cpSync(installed('dist/lib'), join(project, 'out'), { recursive: true });
  for (const [, name] of bundle.matchAll(/new URL\("\.\/([^"]+)", import\.meta\.url\)/g)) {
    assert.ok(name !== undefined && existsSync(join(project, 'out', name)), name);
  }
  for (const name of runtimeFiles.slice(1))
    assert.match(bundle, new RegExp(`new URL\\("\\./${name.replace('.', '\\.')}"`));
});

test('its types say the same to a strict project', () => {
  writeFileSync(
    join(project, 'use.ts'),
    `import { Vault, VaultError, type VaultState } from 'byok-vault';
     const vault: Vault = await Vault.open({ api: '/byok/' });
     const state: VaultState = vault.state;
     const sealed: string | undefined = (await vault.seal(['openai']))[0]?.sealed;
     // @ts-expect-error a password is never a string
     await vault.unlock('password');
     if (state.phase === 'unavailable') { const code: string = state.error.code; console.log(code, sealed); }
     export { VaultError };`,
  );
  writeFileSync(
    join(project, 'tsconfig.json'),
    JSON.stringify({
      compilerOptions: {
        strict: true,
        noEmit: true,
        module: 'esnext',
        moduleResolution: 'bundler',
        target: 'es2022',
        lib: ['es2022', 'dom'],
        types: [],
      },
      files: ['use.ts'],
    }),
  );
  const tsc = join(root, 'node_modules/typescript/bin/tsc');
  execFileSync(process.execPath, [tsc, '-p', project], {
    stdio: ['ignore', 'pipe', 'pipe'],
    encoding: 'utf8',
  });
});
