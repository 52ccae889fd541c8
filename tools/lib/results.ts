// Counting tests from what the runners write for machines.

import { existsSync, readFileSync } from 'node:fs';
import type { Ended } from './process.ts';
import { fromRoot } from './files.ts';

/** What a stage found. Nothing is ever skipped: a test that did not run counts as failed. */
export interface Counts {
  passed: number;
  /** One line for each test that failed. */
  failures: string[];
  /** What could not be asked, in words for the table. */
  note?: string;
}

export function read(path: string): string {
  return existsSync(fromRoot(path)) ? readFileSync(fromRoot(path), 'utf8') : '';
}

const entities: Record<string, string> = { quot: '"', apos: "'", lt: '<', gt: '>', amp: '&', '#10': ' ' };

function unescapeXml(text: string): string {
  return text.replace(/&([#\w]+);/g, (whole, name: string) => entities[name] ?? whole);
}

/** JUnit XML as ctest and node --test write it. */
export function countJUnit(xml: string): Counts {
  const counts: Counts = { passed: 0, failures: [] };
  const testCase = /<testcase((?:\s+[\w:-]+="[^"]*")*)\s*(?:\/>|>([\s\S]*?)<\/testcase>)/g;
  for (const [, attributes = '', body = ''] of xml.matchAll(testCase)) {
    const name = unescapeXml(/\sname="([^"]*)"/.exec(attributes)?.[1] ?? '(no name)');
    const status = /\sstatus="([^"]*)"/.exec(attributes)?.[1] ?? 'run';
    if (body.includes('<skipped')) counts.failures.push(`${name} (skipped)`);
    else if (status !== 'run' || /<(failure|error)[\s>/]/.test(body)) counts.failures.push(name);
    // node --test lets a file in which it finds no test pass, under the name of the file.
    else if (/\.test\.(ts|mjs|js)$/.test(name)) counts.failures.push(`${name} (holds no test)`);
    else counts.passed += 1;
  }
  return counts;
}

interface PlaywrightSuite {
  title: string;
  suites?: PlaywrightSuite[];
  specs?: { title: string; tests: { projectName: string; status: string }[] }[];
}

/** Playwright's JSON report. A flaky test is a failed one. */
export function countPlaywright(json: string): Counts {
  const counts: Counts = { passed: 0, failures: [] };
  if (json === '') return counts;
  const report = JSON.parse(json) as { suites: PlaywrightSuite[]; errors?: { message?: string }[] };
  const visit = (suite: PlaywrightSuite, path: string[]): void => {
    const here = [...path, suite.title];
    for (const spec of suite.specs ?? []) {
      for (const test of spec.tests) {
        const outcome =
          test.status === 'expected' ? '' : test.status === 'unexpected' ? 'failed' : test.status;
        if (outcome === '') counts.passed += 1;
        else counts.failures.push(`[${test.projectName}] ${[...here, spec.title].join(' > ')} (${outcome})`);
      }
    }
    for (const inner of suite.suites ?? []) visit(inner, here);
  };
  for (const suite of report.suites) visit(suite, []);
  for (const error of report.errors ?? [])
    counts.failures.push(error.message?.split('\n')[0] ?? 'an error outside any test');
  return counts;
}

/** What e2e/crash.ts says at its end: `9 of 10 rounds: ...`. */
export function countRounds(output: string): Counts {
  const [, done = '0', wanted = '0'] = /^(\d+) of (\d+) rounds:/m.exec(output) ?? [];
  return {
    passed: Number(done),
    failures: done === wanted ? [] : [`round ${String(Number(done) + 1)} of ${wanted}`],
  };
}

/** What e2e/memory.ts and leaks/main.ts say: a line for each run or check, and how many there were at its end. */
export function countKept(output: string): Counts {
  const names = (verdict: string): string[] =>
    [...output.matchAll(new RegExp(`^${verdict} +(.+) \\([\\d.]+ s\\)$`, 'gm'))].map(([, name = '']) => name);
  const passed = names('ok').length;
  const failures = names('FAIL');
  const [, kept = '', done = ''] = /^(\d+) of (\d+) \w+ kept /m.exec(output) ?? [];
  const agrees = Number(kept) === passed && Number(done) === passed + failures.length;
  return { passed, failures: kept !== '' && agrees ? failures : [...failures, 'did not come to its end'] };
}

/** Holds the counts against how the runner ended: a crash, a time limit or an empty run is a failure of its own. */
export function settle(counts: Counts, ended: Ended): Counts {
  const failures = [...counts.failures];
  if (ended.timedOut) failures.push('ran into its time limit');
  else if (ended.code !== 0 && failures.length === 0) {
    failures.push(ended.code === null ? 'was killed' : `ended with status ${String(ended.code)}`);
  } else if (counts.passed + failures.length === 0) failures.push('ran no test');
  return { passed: counts.passed, failures };
}

export function add(all: Counts[]): Counts {
  return {
    passed: all.reduce((sum, counts) => sum + counts.passed, 0),
    failures: all.flatMap((counts) => counts.failures),
  };
}
