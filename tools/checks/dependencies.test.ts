import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fromRoot } from '../lib/files.ts';

interface Manifest {
  name?: string;
  version?: string;
  license?: string;
  dependencies?: Record<string, string>;
  devDependencies?: Record<string, string>;
  overrides?: Record<string, string>;
}
interface Lock {
  packages: Record<
    string,
    Manifest & { resolved?: string; integrity?: string; optional?: boolean; link?: boolean }
  >;
}

const json = (path: string): unknown => JSON.parse(readFileSync(fromRoot(path), 'utf8'));
const manifest = json('package.json') as Manifest;
const lock = json('package-lock.json') as Lock;
const locked = Object.entries(lock.packages).filter(([path]) => path !== '');

/** Licences under which a package may be used, and bundled, by a project under MIT. */
const permissive = new Set([
  'MIT',
  'MIT-0',
  'ISC',
  'BSD-2-Clause',
  'BSD-3-Clause',
  '0BSD',
  'Apache-2.0',
  'BlueOak-1.0.0',
  'Unlicense',
  'CC0-1.0',
  'Python-2.0',
]);
/** Used to run tests and never bundled, so that a licence that asks for changes to be shared is kept by not changing it. */
const testOnly = new Map([
  ['axe-core', 'MPL-2.0'],
  ['@axe-core/playwright', 'MPL-2.0'],
]);

test('every package in the tree has a licence that goes with MIT', () => {
  const found = locked
    .filter(([path]) => existsSync(fromRoot(path, 'package.json')))
    .map(([path]) => json(`${path}/package.json`) as Manifest);
  assert.ok(
    found.length >= locked.filter(([, entry]) => entry.optional !== true).length,
    'node_modules is not complete',
  );
  const strange = found.filter(({ name = '', license = '' }) => {
    const options = license.replaceAll(/[()]/g, '').split(' OR ');
    return !options.some((option) => permissive.has(option)) && testOnly.get(name) !== license;
  });
  assert.deepEqual(
    strange.map(({ name, license }) => `${name ?? '?'}: ${license ?? 'none'}`),
    [],
  );
});

test('what users install has no dependency of its own that is not permissive', () => {
  for (const name of Object.keys(manifest.dependencies ?? {})) assert.ok(!testOnly.has(name), name);
});

test('every dependency is pinned to one version', () => {
  const peers = (json('bench/package.json') as Manifest).dependencies;
  const all = { ...manifest.dependencies, ...manifest.devDependencies, ...manifest.overrides, ...peers };
  const loose = Object.entries(all).filter(([, version]) => !/^\d+\.\d+\.\d+$/.test(version));
  assert.deepEqual(loose, []);
});

test('the lock files name no registry and vouch for every package', () => {
  const peers = Object.entries((json('bench/package-lock.json') as Lock).packages).filter(
    ([path]) => path !== '',
  );
  for (const [path, { resolved, integrity, link }] of [...locked, ...peers]) {
    assert.equal(resolved, undefined, `${path} has an address`);
    assert.ok(link === true || integrity !== undefined, `${path} has no integrity`);
  }
});

test('there is one playwright-core, the pinned one', () => {
  const cores = locked.filter(([path]) => path.endsWith('node_modules/playwright-core'));
  assert.deepEqual(
    cores.map(([, entry]) => entry.version),
    [manifest.overrides?.['playwright-core']],
  );
});
