/** The package as someone else gets it: packed, installed in an empty project, and run in a real browser. */
import { execFileSync } from 'node:child_process';
import { createServer, type Server } from 'node:http';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { extname, join } from 'node:path';
import { build } from 'esbuild';
import { keyOf } from './support/keys.ts';
import { findLeaks } from './support/leak.ts';
import { root } from './support/site.ts';
import { expect, test } from './support/test.ts';

const types: Record<string, string> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.wasm': 'application/wasm',
};
const inPackage = '/node_modules/byok-vault/dist/lib';
/** What an app would write; the specifier is all that differs between the two ways. */
const app = (specifier: string): string => `import { Vault } from '${specifier}'; window.Vault = Vault;`;

/** An empty project with the packed library in it. */
function install(): string {
  const folder = mkdtempSync(join(tmpdir(), 'byok-library-'));
  const npm = (args: string[], cwd: string): string =>
    execFileSync('npm', args, { cwd, encoding: 'utf8', stdio: 'pipe' });
  const packed = JSON.parse(
    npm(['pack', '--json', '--ignore-scripts', '--pack-destination', folder], root),
  ) as {
    filename: string;
  }[];
  writeFileSync(join(folder, 'package.json'), '{"name":"empty","private":true,"type":"module"}');
  npm(
    ['install', '--offline', '--no-audit', '--no-fund', '--ignore-scripts', `./${packed[0]?.filename ?? ''}`],
    folder,
  );
  return folder;
}

/** A plain file server: there is no platform behind it. */
async function serveFolder(folder: string): Promise<Server> {
  const server = createServer((request, response) => {
    const path = new URL(request.url ?? '/', 'http://localhost').pathname;
    try {
      const body = readFileSync(join(folder, path));
      response.setHeader('content-type', types[extname(path)] ?? 'application/octet-stream').end(body);
    } catch {
      response.writeHead(404).end();
    }
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return server;
}

for (const how of ['an esbuild bundle', 'a plain module script'] as const) {
  test(`the packed library works from ${how}: create, add, lock, unlock`, async ({ page }) => {
    const folder = install();
    const server = await serveFolder(folder);
    try {
      if (how === 'an esbuild bundle') {
        const entry = join(folder, 'app.js');
        writeFileSync(entry, app('byok-vault'));
        await build({
          entryPoints: [entry],
          bundle: true,
          format: 'esm',
          outfile: join(folder, 'bundle.js'),
          logLevel: 'error',
        });
      } else {
        writeFileSync(join(folder, 'bundle.js'), app(`${inPackage}/index.js`));
      }
      writeFileSync(
        join(folder, 'index.html'),
        '<!doctype html><title>An app</title><script type="module" src="/bundle.js"></script>',
      );
      await page.goto(`http://localhost:${String((server.address() as AddressInfo).port)}/index.html`);
      await page.waitForFunction(() => 'Vault' in window);
      const key = keyOf('OpenAI');
      // A bundler is told where the files lie; beside the module they are found.
      const options = how === 'an esbuild bundle' ? { assets: `${inPackage}/` } : {};
      const seen = await page.evaluate(
        async ([secret, given]) => {
          const { Vault } = window as unknown as typeof import('../web/index.ts');
          const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
          const password = 'correct horse battery staple 7';
          const vault = await Vault.open(given);
          const phases: string[] = [vault.state.phase];
          await vault.create(bytes(password));
          phases.push(vault.state.phase);
          const { draft } = await vault.verifyAndSave('openai', bytes(secret));
          if (draft !== null) await vault.saveUntested(draft);
          await vault.lock('here');
          phases.push(vault.state.phase);
          const wrong = await vault
            .unlock(bytes('not the password'))
            .catch((error: unknown) => (error as { code: string }).code);
          await vault.unlock(bytes(password));
          const { state } = vault;
          phases.push(state.phase);
          const records = state.phase === 'unlocked' ? state.records : [];
          return { phases, wrong, records };
        },
        [key.value, options] as const,
      );
      expect(seen.phases).toEqual(['empty', 'unlocked', 'locked', 'unlocked']);
      expect(seen.wrong).toBe('wrong_password');
      expect(seen.records.map(({ meta }) => [meta?.provider, meta?.preview])).toEqual([
        ['openai', key.preview],
      ]);
      expect(findLeaks([{ sink: 'answers', bytes: Buffer.from(JSON.stringify(seen)) }], [key])).toEqual([]);
    } finally {
      server.closeAllConnections();
      server.close();
      rmSync(folder, { recursive: true, force: true });
    }
  });
}
