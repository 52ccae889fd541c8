/** The table that docs/threat-model.md shows, from the worst of all runs. */
import { readFileSync, writeFileSync } from 'node:fs';
import type { Control } from './control.ts';
import { places, type Look, type Result, type Scenario, type Step } from './run.ts';
import type { Secret } from './needles.ts';

export interface Row {
  readonly scenario: Scenario;
  readonly results: readonly Result[];
}

const columns: readonly (readonly [title: string, step: Step, secret: Secret])[] = [
  ['wrong password', 'wrong password', 'wrong password'],
  ['its key', 'wrong password', 'wrong KEK'],
  ['password', 'locked', 'password'],
  ['provider key', 'locked', 'provider key'],
  ['vault key', 'locked', 'vault key'],
  ['KEK', 'locked', 'KEK'],
];

/** Copies in the vault's processes, the browser's own, and all others; the most of any run. */
function cell(results: readonly Result[], step: Step, secret: Secret): string {
  const most = places.map((place) =>
    Math.max(
      ...results.map(({ looks }) =>
        looks
          .filter((look: Look) => look.step === step)
          .flatMap(({ counts }) => counts)
          .filter((count) => count.secret === secret && count.place === place)
          .reduce((sum, { runs }) => sum + runs, 0),
      ),
    ),
  );
  return most.every((count) => count === 0) ? '0' : most.join(' + ');
}

/** Is the process that hosted the open vault there after the lock? */
function processCell({ results }: Row): string {
  const stayed = results.filter((result) => result.stayed.length > 0).length;
  if (stayed === 0) return 'gone';
  return stayed === results.length ? 'stays' : `stayed in ${String(stayed)}`;
}

export function table(rows: readonly Row[], controls: readonly Control[]): string {
  const titles = ['entered', 'opened', 'tabs', 'runs', ...columns.map(([title]) => title)];
  titles.push('old process', 'no vault');
  const lines = rows.map((row) => {
    const { engine, way, form, tabs } = row.scenario;
    const entered = engine === 'chromium' ? way.name : `${way.name}, Firefox`;
    const opened = form === 'alone' ? 'by itself' : 'embedded';
    const cells = columns.map(([, step, secret]) => cell(row.results, step, secret));
    const control = controls.find((each) => each.engine === engine && each.way === way);
    const last = [processCell(row), String(control?.left ?? '')];
    return [entered, opened, String(tabs), String(row.results.length), ...cells, ...last];
  });
  return [titles, titles.map(() => '---'), ...lines].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

const begin = '<!-- memory table: begin (npm run test:memory -- --write) -->';
const end = '<!-- memory table: end -->';

/** Puts the table between the two marks of a document. @throws where the marks are not there. */
export function writeTable(path: string, text: string): void {
  const before = readFileSync(path, 'utf8');
  const from = before.indexOf(begin);
  const to = before.indexOf(end);
  if (from === -1 || to < from) throw new Error(`${path} has no place for the table`);
  writeFileSync(path, `${before.slice(0, from + begin.length)}\n\n${text}\n\n${before.slice(to)}`);
}
