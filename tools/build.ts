// Builds what ./run.sh serves: node tools/build.ts [PRESET...]   (presets in place of wasm and the web side)

import { rmSync } from 'node:fs';
import { BuildFailed, buildPreset, buildWeb } from './lib/build.ts';
import { fromRoot } from './lib/files.ts';
import { endTogether, tail } from './lib/process.ts';

const log = 'build/logs/build.log';
const presets = process.argv.slice(2);

endTogether();
const notice = setTimeout(() => {
  console.error('setup: building what is not built yet: a minute or two the first time');
}, 1_000);
try {
  rmSync(fromRoot(log), { force: true });
  for (const preset of presets.length > 0 ? presets : ['wasm']) await buildPreset(preset, log);
  if (presets.length === 0) await buildWeb(log);
} catch (error) {
  if (!(error instanceof BuildFailed)) throw error;
  console.error(`${tail(error.log, 60)}\n\n${error.message}: the output is above, all of it in ${error.log}`);
  process.exitCode = 1;
} finally {
  clearTimeout(notice);
}
