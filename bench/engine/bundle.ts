/** Makes one file of a worker and what it imports, as an app would ship it. */
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** @param source TypeScript that imports by paths from the repository's root. @returns its path on the page server. */
export async function bundle(name: string, source: string): Promise<string> {
  await build({
    stdin: { contents: source, resolveDir: root, loader: 'ts' },
    absWorkingDir: root,
    // Packages of the same name may be in the root's node_modules, in another version.
    nodePaths: [`${root}bench/node_modules`],
    bundle: true,
    format: 'esm',
    target: 'es2022',
    minify: true,
    outfile: `build/bench/${name}.js`,
    // What is only reached in Node, or told otherwise by globals.
    external: ['fs', 'path', 'node:*', 'crypto'],
    loader: { '.wasm': 'empty' },
    logLevel: 'error',
  });
  return `/build/bench/${name}.js`;
}
