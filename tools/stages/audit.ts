// npm audit: does anybody know of a weakness in what the lock file names?

import { execFile } from 'node:child_process';
import { appendFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { fromRoot, root } from '../lib/files.ts';
import type { Counts } from '../lib/results.ts';
import type { Stage } from './stage.ts';

interface Answer {
  message?: string;
  statusCode?: number;
  auditReportVersion?: number;
  vulnerabilities?: Record<string, { severity: string }>;
}

async function ask(): Promise<string> {
  const settings = { cwd: root, encoding: 'utf8', timeout: 60_000 } as const;
  try {
    return (await promisify(execFile)('npm', ['audit', '--json'], settings)).stdout;
  } catch (error) {
    // npm ends with a status of 1 when it found something, too.
    const { killed, stdout } = error as { killed?: boolean; stdout?: string };
    return killed === true ? '{"message":"no answer in time: failed, reason: timeout"}' : (stdout ?? '');
  }
}

export function readAudit(output: string): Counts {
  const answer = JSON.parse(output === '' ? '{}' : output) as Answer;
  if (answer.auditReportVersion === undefined || answer.vulnerabilities === undefined) {
    // Without a network, or behind a mirror that only serves packages, there is nobody to ask. That is said, and not counted.
    // Anything else that npm may say here is a failure: this check is not to go quiet by a mistake of ours.
    const { message = 'no answer', statusCode = 0 } = answer;
    if (![404, 405, 501].includes(statusCode) && !message.includes(' failed, reason: ')) {
      return { passed: 0, failures: [`npm audit: ${message}`] };
    }
    return { passed: 0, failures: [], note: 'NOT CHECKED: the npm registry in use answers no audits' };
  }
  const found = Object.entries(answer.vulnerabilities).map(([name, { severity }]) => `${name}: ${severity}`);
  return { passed: found.length === 0 ? 1 : 0, failures: found };
}

export const auditStage: Stage = {
  name: 'audit',
  builds: [],
  alone: false,
  run: async ({ log }) => {
    const output = await ask();
    appendFileSync(fromRoot(log), output);
    return readAudit(output);
  },
};
