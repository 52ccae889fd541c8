/** The peers, at the versions in bench/package-lock.json. Only the bench installs them. */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const folder = fileURLToPath(new URL('.', import.meta.url));

/** What npm notes about what it has installed, without the lines that differ from the lock file by design. */
function packagesIn(path: string): string {
  const { packages } = JSON.parse(readFileSync(path, 'utf8')) as {
    packages: Record<string, { version?: string }>;
  };
  return JSON.stringify(
    Object.entries(packages)
      .filter(([name]) => name !== '')
      .map(([name, { version }]) => [name, version])
      .filter(([name]) => existsSync(`${folder}${name ?? ''}`)),
  );
}

export function installPeers(): void {
  const installed = `${folder}node_modules/.package-lock.json`;
  if (existsSync(installed) && packagesIn(installed) === packagesIn(`${folder}package-lock.json`)) return;
  execFileSync('npm', ['ci', '--ignore-scripts'], { cwd: folder, stdio: ['ignore', 'ignore', 'inherit'] });
}
