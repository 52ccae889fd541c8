// Building, without ever building twice what has not changed.

import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { contentHash, fromRoot, once } from './files.ts';
import { run } from './process.ts';

export const cores = Math.max(2, availableParallelism());

export class BuildFailed extends Error {
  readonly log: string;
  constructor(what: string, log: string) {
    super(`building ${what} failed`);
    this.log = log;
  }
}

async function step(what: string, command: string, args: string[], log: string): Promise<void> {
  const { code } = await run(command, args, { log, limit: 1200 });
  if (code !== 0) throw new BuildFailed(what, log);
}

/** Several builds share one configuration, and with it one folder of objects: all of the wasm, and what is native. */
function configurationOf(build: string): string {
  const { buildPresets } = JSON.parse(readFileSync(fromRoot('CMakePresets.json'), 'utf8')) as {
    buildPresets: { name: string; configurePreset: string }[];
  };
  return buildPresets.find(({ name }) => name === build)?.configurePreset ?? build;
}

/** Configures a CMake preset when it is new or changed, and lets ninja find out what to do. */
export async function buildPreset(name: string, log: string): Promise<void> {
  const preset = configurationOf(name);
  const sodium = process.env['BYOK_LIBSODIUM_SRC'];
  const key = contentHash(['CMakePresets.json', 'cmake/wasm-toolchain.cmake'], sodium);
  const stamp = fromRoot('build', preset, '.preset');
  const configured = existsSync(fromRoot('build', preset, 'build.ninja')) && existsSync(stamp);
  if (!configured || readFileSync(stamp, 'utf8') !== key) {
    rmSync(stamp, { force: true });
    const defines = sodium !== undefined && preset === 'wasm' ? [`-DBYOK_LIBSODIUM_SRC=${sodium}`] : [];
    await step(preset, 'cmake', ['--fresh', '--preset', preset, ...defines], log);
    writeFileSync(stamp, key);
  }
  await step(name, 'cmake', ['--build', '--preset', name, '--parallel', String(cores)], log);
}

const webStamp = 'build/web.stamp';
const webInputs = [
  ...['web', 'wasm', 'package.json', 'package-lock.json', 'tsconfig.base.json', 'tsconfig.lib.json'],
  ...['deriver', 'deriver-scalar', 'vault', 'platform'].map((name) => `build/wasm/${name}.wasm`),
];
const webOutputs = ['dist/lib/index.js', 'dist/site/index.html', 'dist/demo/index.html'];
const webScript = 'web/build.mjs';

/** Bundles what browsers load into dist/. Needs the preset wasm. */
export async function buildWeb(log: string): Promise<void> {
  if (!webOutputs.every((output) => existsSync(fromRoot(output))))
    rmSync(fromRoot(webStamp), { force: true });
  await once(webStamp, contentHash(webInputs), async () => {
    await step('the web side', process.execPath, [webScript], log);
  });
}
