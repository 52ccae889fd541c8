// Bundles the web side: dist/lib (the package), dist/site (the vault's own site), dist/demo (the demo app).
// Needs build/wasm/*.wasm.

import { createHash } from 'node:crypto';
import { brotliCompressSync } from 'node:zlib';
import { execFileSync } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));
const at = (...path) => join(root, ...path);

const common = {
  absWorkingDir: root,
  bundle: true,
  format: 'esm',
  target: 'es2022',
  minify: true,
  legalComments: 'none',
  jsx: 'automatic',
  jsxImportSource: 'preact',
  logLevel: 'warning',
};

/** What the vault loads at run time, by its name in web/vault/assets.ts. The workers' script is one file that imports nothing. */
const scripts = { worker: 'web/workers/worker.ts' };
const files = {
  vaultWasm: ['build/wasm/vault.wasm', 'vault.wasm'],
  deriverWasm: ['build/wasm/deriver.wasm', 'deriver.wasm'],
  deriverScalarWasm: ['build/wasm/deriver-scalar.wasm', 'deriver-scalar.wasm'],
  commonPasswords: ['web/assets/common-passwords.bin', 'common-passwords.bin'],
};

/** name.ext, or name-HASH.ext for what is cached for ever. */
function nameOf(name, content, hashed) {
  if (!hashed) return name;
  const hash = createHash('sha256').update(content).digest('hex').slice(0, 12);
  return `${basename(name, extname(name))}-${hash}${extname(name)}`;
}

/** Writes script, wasm and filter into a folder. @returns their names there. */
async function putAssets(out, hashed) {
  mkdirSync(out, { recursive: true });
  const names = {};
  for (const [asset, entry] of Object.entries(scripts)) {
    const { outputFiles } = await build({ ...common, entryPoints: [entry], write: false });
    const { contents } = outputFiles[0];
    names[asset] = nameOf(`${basename(entry, '.ts')}.js`, contents, hashed);
    writeFileSync(join(out, names[asset]), contents);
  }
  for (const [asset, [source, name]] of Object.entries(files)) {
    names[asset] = nameOf(name, readFileSync(at(source)), hashed);
    copyFileSync(at(source), join(out, names[asset]));
  }
  return names;
}

/** Stands in for web/vault/assets.ts where names carry a hash. */
function hashedAssets(names) {
  const lines = Object.entries(names).map(
    ([asset, name]) => `${asset}: new URL('./${name}', import.meta.url),`,
  );
  const contents = `
    export function defaultAssets() { return { ${lines.join('\n')} }; }
    export function assetsIn() { return defaultAssets(); }`;
  return {
    name: 'hashed-assets',
    setup: ({ onLoad }) =>
      onLoad({ filter: /web[\\/]vault[\\/]assets\.ts$/ }, () => ({ contents, loader: 'js' })),
  };
}

/** The library: names that stay, so that its files find each other in any app. */
async function buildLibrary() {
  const out = at('dist/lib');
  await putAssets(out, false);
  const entries = { index: 'web/index.ts', element: 'web/element.ts' };
  const present = Object.fromEntries(Object.entries(entries).filter(([, entry]) => existsSync(at(entry))));
  await build({ ...common, entryPoints: present, outdir: out });
  const tsc = at('node_modules/typescript/bin/tsc');
  execFileSync(process.execPath, [tsc, '-p', at('tsconfig.lib.json')], { stdio: 'inherit' });
  for (const entry of Object.values(present))
    putTypes(at('build/types'), entry.replace(/\.ts$/, '.d.ts'), out);
}

/** The server's half of the library: dist/lib/server, which imports what it asks for as peers. */
async function buildServerLibrary() {
  const out = at('dist/lib');
  await build({
    ...common,
    entryPoints: { index: 'server/index.ts' },
    outdir: join(out, 'server'),
    platform: 'node',
    target: 'node24',
    packages: 'external',
  });
  // A server reads it from its disk, so it need not wait for anyone to unpack it: a smaller package for everyone.
  writeFileSync(
    join(out, 'server/platform.wasm.br'),
    brotliCompressSync(readFileSync(at('build/wasm/platform.wasm'))),
  );
  const tsc = at('node_modules/typescript/bin/tsc');
  execFileSync(process.execPath, [tsc, '-p', at('tsconfig.lib-server.json')], { stdio: 'inherit' });
  putTypes(at('build/types-server'), 'server/index.d.ts', out);
}

/** Copies a declaration file and those that it imports. What is of web/ stands at the top, what is of server/ in a folder below. */
function putTypes(from, name, out) {
  const target = join(out, name.replace(/^web\//, ''));
  if (existsSync(target)) return;
  const text = readFileSync(join(from, name), 'utf8');
  mkdirSync(dirname(target), { recursive: true });
  writeFileSync(target, text.replaceAll(/((?:from |import\()'(?:\.\.\/)+)web\//g, '$1'));
  for (const [, imported] of text.matchAll(/(?:from |import\()'(\.[^']+)\.ts'/g)) {
    putTypes(from, join(dirname(name), `${imported}.d.ts`), out);
  }
}

/** Pages: each *.html of a folder; the ./*.ts, *.tsx and *.css that it names are bundled under hashed names. */
async function buildSite(folder, out) {
  if (!existsSync(at(folder))) return;
  const pages = readdirSync(at(folder)).filter((name) => extname(name) === '.html');
  if (pages.length === 0) return;
  const plugins = [hashedAssets(await putAssets(at(out), true))];
  for (const page of pages) {
    let html = readFileSync(at(folder, page), 'utf8');
    const sources = new Set(
      [...html.matchAll(/(?:src|href)="\.\/([^"]+\.(?:tsx?|css))"/g)].map(([, name]) => name),
    );
    for (const source of sources) {
      const { outputFiles } = await build({
        ...common,
        entryPoints: [`${folder}/${source}`],
        outdir: at(out),
        loader: { '.svg': 'file' },
        write: false,
        plugins,
      });
      for (const { path, contents } of outputFiles) {
        const hashed = nameOf(basename(path), contents, true);
        mkdirSync(dirname(path), { recursive: true });
        writeFileSync(join(at(out), hashed), contents);
        const bundled = basename(source).replace(/\.tsx?$/, '.js');
        if (basename(path) === bundled) html = html.replaceAll(`"./${source}"`, `"./${hashed}"`);
      }
    }
    writeFileSync(at(out, page), html);
  }
  const icons = readdirSync(at(folder)).filter((name) => extname(name) === '.svg');
  for (const icon of icons) copyFileSync(at(folder, icon), at(out, icon));
}

for (const out of ['dist/lib', 'dist/site', 'dist/demo']) rmSync(at(out), { recursive: true, force: true });
await buildLibrary();
await buildServerLibrary();
await buildSite('web/site', 'dist/site');
await buildSite('web/demo', 'dist/demo');
