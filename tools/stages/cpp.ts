// The core's own tests: Catch2 through ctest, and the fuzzers over their kept corpora.

import { basename, join } from 'node:path';
import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { cores } from '../lib/build.ts';
import { fromRoot, repositoryFiles } from '../lib/files.ts';
import { run } from '../lib/process.ts';
import { countJUnit, read, settle, type Counts } from '../lib/results.ts';
import type { Stage } from './stage.ts';

function catchStage(preset: string): Stage {
  return {
    name: preset,
    builds: [preset],
    alone: true,
    run: async ({ log }) => {
      const report = `build/test-logs/${preset}.xml`;
      const args = [
        '--test-dir',
        `build/${preset}`,
        '--no-tests=error',
        '--output-on-failure',
        '-j',
        String(cores),
      ];
      const ended = await run('ctest', [...args, '--output-junit', fromRoot(report)], { log, limit: 900 });
      return settle(countJUnit(read(report)), ended);
    },
  };
}

/** Kept inputs lie in a folder that is named like the target, with or without its `_fuzz`. */
function corpusOf(target: string): string {
  const folder = `tests/fuzz/corpus/${target}`;
  return existsSync(fromRoot(folder)) ? folder : folder.replace(/_fuzz$/, '');
}

/** A target's findings and new inputs go below build/; the corpus in tests/ changes only by hand. */
async function fuzz(target: string, seconds: number, log: string): Promise<Counts> {
  const corpus = corpusOf(target);
  if (!existsSync(fromRoot(corpus)) || readdirSync(fromRoot(corpus)).length === 0) {
    return { passed: 0, failures: [`${target} has no kept corpus in ${corpus}`] };
  }
  const found = `build/fuzz/${target}`;
  mkdirSync(fromRoot(found), { recursive: true });
  const limits = [
    `-max_total_time=${String(seconds)}`,
    '-timeout=10',
    '-rss_limit_mb=2048',
    '-print_final_stats=1',
  ];
  const program = join('build/native-debug/fuzz', target);
  // What runs beside it has deadlines to keep; a fuzzer takes what is left.
  const args = ['-n', '15', program, ...limits, `-artifact_prefix=${found}-`, found, corpus];
  const ended = await run('nice', args, { log, limit: seconds + 120 });
  const ran = /stat::number_of_executed_units:\s*[1-9]/.test(read(log));
  return settle({ passed: ended.code === 0 && ran ? 1 : 0, failures: [] }, ended);
}

export function catchStages(): Stage[] {
  if (repositoryFiles(/^tests\/[^/]+_test\.cpp$/).length === 0) return [];
  return [catchStage('native-debug'), catchStage('native-release')];
}

export function fuzzStages(): Stage[] {
  return repositoryFiles(/^tests\/fuzz\/[^/]+_fuzz\.cpp$/).map((source) => {
    const target = basename(source, '.cpp');
    return {
      name: `fuzz ${target.replace(/_fuzz$/, '')}`,
      builds: ['native-debug'],
      alone: false,
      run: ({ full, log }) => fuzz(target, full ? 60 : 5, log),
    };
  });
}
