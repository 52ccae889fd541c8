// The counting runner behind ./test.sh: builds, runs every stage there is, and ends in `N passed, N failed`.
// usage: node tools/test.ts [--full] [--list] [STAGE...]

import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { BuildFailed, buildPreset, buildWeb, cores } from './lib/build.ts';
import { fromRoot } from './lib/files.ts';
import { endTogether, tail } from './lib/process.ts';
import { add, type Counts } from './lib/results.ts';
import { runJobs, type Job } from './lib/schedule.ts';
import { auditStage } from './stages/audit.ts';
import { browserStages, crashStages } from './stages/browser.ts';
import { catchStages, fuzzStages } from './stages/cpp.ts';
import { leakStages } from './stages/leaks.ts';
import { memoryStages } from './stages/memory.ts';
import { nodeStages } from './stages/node.ts';
import type { Stage } from './stages/stage.ts';
import { staticStages } from './stages/static.ts';

interface Outcome {
  name: string;
  counts: Counts;
  seconds: number;
}

const logs = 'build/test-logs';
const logOf = (name: string): string => `${logs}/${name.replaceAll(/[^\w-]+/g, '-')}.log`;

function chooseStages(all: Stage[], names: string[]): Stage[] {
  const chosen = all.filter(
    (stage) =>
      names.length === 0 || names.some((name) => stage.name === name || stage.name.startsWith(`${name} `)),
  );
  const unknown = names.filter(
    (name) => !chosen.some((stage) => stage.name === name || stage.name.startsWith(`${name} `)),
  );
  if (unknown.length > 0) {
    console.error(
      `No such stage: ${unknown.join(', ')}. There are: ${all.map((stage) => stage.name).join(', ')}`,
    );
    process.exit(2);
  }
  return chosen;
}

function describe({ name, counts, seconds }: Outcome): string {
  const columns = [
    name.padEnd(22),
    String(counts.passed).padStart(7),
    String(counts.failures.length).padStart(7),
  ];
  return [...columns, seconds.toFixed(1).padStart(9), counts.note ?? ''].join(' ').trimEnd();
}

function report(outcome: Outcome, log: string): void {
  const failed = outcome.counts.failures;
  console.log(`${failed.length === 0 ? ' ok ' : 'FAIL'} ${describe(outcome)}`);
  if (failed.length === 0) return;
  for (const line of failed.slice(0, 20)) console.log(`       ${line}`);
  if (!existsSync(fromRoot(log))) return;
  console.log(`     --- the end of ${log}\n${tail(log, 40).replaceAll(/^/gm, '     | ')}`);
}

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { full: { type: 'boolean', default: false }, list: { type: 'boolean', default: false } },
  });
  const { full } = values;
  const all = [
    ...staticStages(full),
    auditStage,
    ...catchStages(),
    // These two wait more than they work: fuzzers, and then each other, run beside them.
    ...crashStages(),
    ...fuzzStages(),
    ...leakStages(),
    ...nodeStages(),
    ...browserStages(),
    ...memoryStages(),
  ];
  const stages = chooseStages(all, positionals);
  if (values.list) {
    console.log(stages.map((stage) => stage.name).join('\n'));
    return 0;
  }
  rmSync(fromRoot(logs), { recursive: true, force: true });

  const broken = new Map<string, string>();
  const builds = [...new Set(stages.flatMap((stage) => stage.builds))];
  const outcomes: Outcome[] = [];
  const buildJobs = builds.map((name): Job => {
    const log = logOf(`build-${name}`);
    const needs = name === 'web' ? ['wasm'] : [];
    const run = async (): Promise<void> => {
      const start = performance.now();
      const missing = needs.find((need) => broken.has(need));
      if (missing !== undefined) {
        broken.set(name, `building ${name} needs ${missing}`);
        return;
      }
      try {
        await (name === 'web' ? buildWeb(log) : buildPreset(name, log));
        console.log(
          `     built ${name.padEnd(32)} ${((performance.now() - start) / 1000).toFixed(1).padStart(9)}`,
        );
      } catch (error) {
        if (!(error instanceof BuildFailed)) throw error;
        broken.set(name, error.message);
        console.log(`FAIL ${error.message}\n${tail(log, 40).replaceAll(/^/gm, '     | ')}`);
      }
    };
    return {
      name: `build ${name}`,
      needs: needs.map((need) => `build ${need}`),
      alone: true,
      waits: false,
      run,
    };
  });
  const stageJobs = stages.map((stage): Job => {
    const log = logOf(stage.name);
    const run = async (): Promise<void> => {
      const start = performance.now();
      const missing = stage.builds.flatMap((name) => broken.get(name) ?? []);
      const counts = await attempt(stage, full, log, missing);
      const outcome = { name: stage.name, counts, seconds: (performance.now() - start) / 1000 };
      outcomes.push(outcome);
      report(outcome, log);
    };
    const needs = stage.builds.map((name) => `build ${name}`);
    return { name: stage.name, needs, alone: stage.alone, waits: stage.waits === true, run };
  });
  // What runs beside others goes first: it fills the cores while nothing is waiting for it.
  await runJobs(
    [
      ...stageJobs.filter((job) => !job.alone && job.needs.length === 0),
      ...buildJobs,
      ...stageJobs.filter((job) => job.alone || job.needs.length > 0),
    ],
    cores,
  );

  const inOrder = stages.flatMap((stage) => outcomes.filter((outcome) => outcome.name === stage.name));
  console.log(`\n     ${'stage'.padEnd(22)}  passed  failed   seconds`);
  for (const outcome of inOrder) console.log(`     ${describe(outcome)}`);
  const total = add(inOrder.map((outcome) => outcome.counts));
  console.log(`\n${String(total.passed)} passed, ${String(total.failures.length)} failed`);
  return total.failures.length === 0 && total.passed > 0 ? 0 : 1;
}

async function attempt(stage: Stage, full: boolean, log: string, missing: string[]): Promise<Counts> {
  if (missing.length > 0) return { passed: 0, failures: missing.map((reason) => `not run: ${reason}`) };
  try {
    mkdirSync(fromRoot(logs), { recursive: true });
    return await stage.run({ full, log });
  } catch (error) {
    return {
      passed: 0,
      failures: [
        `the runner failed: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
      ],
    };
  }
}

endTogether();
process.exitCode = await main();
