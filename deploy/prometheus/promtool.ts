/** promtool, and what the platform's registry exports, for the checks of rules and dashboard. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeMetrics } from '../../server/telemetry/metrics.ts';

export interface Said {
  readonly ok: boolean;
  readonly output: string;
}

/** Runs promtool in a folder that holds these files alone. */
export function promtool(args: readonly string[], files: Readonly<Record<string, string>>): Said {
  const folder = mkdtempSync(join(tmpdir(), 'byok-promtool-'));
  try {
    for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
    const { status, stdout, stderr } = spawnSync('promtool', args, { cwd: folder, encoding: 'utf8' });
    return { ok: status === 0, output: `${stdout}${stderr}` };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** promtool checks rules and no bare expressions: each becomes a rule of a name of its own. */
export function checkExpressions(expressions: readonly string[]): Said {
  const rules = expressions.map((expr, at) => ({ record: `byok:check:${String(at)}`, expr }));
  // JSON is YAML.
  const text = JSON.stringify({ groups: [{ name: 'checked', rules }] });
  return promtool(['check', 'rules', 'checked.yml'], { 'checked.yml': text });
}

/** Each counter with its labels, and the values that each label can have. */
export type Exported = ReadonlyMap<string, ReadonlyMap<string, ReadonlySet<string>>>;

export async function exported(): Promise<Exported> {
  const metrics = await makeMetrics(['openai', 'gemini']).registry.getMetricsAsJSON();
  return new Map(
    metrics.map(({ name, values }) => {
      const labels = new Map<string, Set<string>>();
      for (const set of values) {
        for (const [label, value] of Object.entries(set.labels)) {
          labels.set(label, (labels.get(label) ?? new Set()).add(String(value)));
        }
      }
      return [name, labels];
    }),
  );
}

/** What is wrong with an expression's counters, their labels and the values asked for; nothing, where all are exported. */
export function strangersIn(expression: string, known: Exported): string[] {
  const strangers: string[] = [];
  for (const [, name = '', matchers = ''] of expression.matchAll(/\b(byok_\w+)(?:\{([^}]*)\})?/g)) {
    const labels = known.get(name);
    if (labels === undefined) {
      strangers.push(name);
      continue;
    }
    for (const [, label = '', values = ''] of matchers.matchAll(/(\w+)\s*[=!]~?\s*"([^"]*)"/g)) {
      for (const value of values.split('|')) {
        if (labels.get(label)?.has(value) !== true) strangers.push(`${name}{${label}="${value}"}`);
      }
    }
    const [, by = ''] = /\bby \(([^)]*)\)/.exec(expression) ?? [];
    for (const label of by.split(',').map((each) => each.trim())) {
      if (label !== '' && !labels.has(label)) strangers.push(`${name} by ${label}`);
    }
  }
  return strangers;
}
