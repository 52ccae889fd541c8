/** The dashboard: every expression of it is one to promtool, about something that is exported, and all that is exported is drawn. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { checkExpressions, exported, strangersIn } from '../prometheus/promtool.ts';

interface Place {
  readonly x: number;
  readonly y: number;
  readonly w: number;
  readonly h: number;
}
interface Panel {
  readonly id: number;
  readonly type: string;
  readonly title: string;
  readonly gridPos: Place;
  readonly datasource?: { readonly uid: string };
  readonly targets?: readonly { readonly expr: string; readonly datasource: { readonly uid: string } }[];
}
interface Dashboard {
  readonly uid: string;
  readonly templating: { readonly list: readonly { readonly name: string; readonly query: string }[] };
  readonly panels: readonly Panel[];
}

const dashboard = JSON.parse(readFileSync(new URL('byok-vault.json', import.meta.url), 'utf8')) as Dashboard;
const expressions = dashboard.panels.flatMap(({ targets }) => targets?.map(({ expr }) => expr) ?? []);

test('every expression is one, and one that is none would be noticed', () => {
  assert.ok(expressions.length >= 15);
  const { ok, output } = checkExpressions(expressions);
  assert.ok(ok, output);
  const broken = checkExpressions([...expressions, 'sum(rate(byok_requests_total[5m])']);
  assert.ok(!broken.ok);
});

test('every counter, label and value in it is exported, and every counter that is exported is drawn', async () => {
  const known = await exported();
  for (const expression of expressions) assert.deepEqual(strangersIn(expression, known), [], expression);
  for (const name of known.keys()) {
    assert.ok(
      expressions.some((expression) => new RegExp(`\\b${name}\\b`).test(expression)),
      `${name} is nowhere`,
    );
  }
});

test('each panel has a number, a title, a place and a data source of its own, and a drawing or a row', () => {
  const { panels } = dashboard;
  assert.equal(new Set(panels.map(({ id }) => id)).size, panels.length);
  assert.deepEqual(
    dashboard.templating.list.map(({ name, query }) => [name, query]),
    [['datasource', 'prometheus']],
  );
  for (const panel of panels) {
    assert.ok(panel.title !== '' && panel.gridPos.x + panel.gridPos.w <= 24);
    assert.equal(panel.type === 'row', panel.targets === undefined, panel.title);
    for (const { datasource } of [panel, ...(panel.targets ?? [])]) {
      assert.equal(datasource?.uid, panel.type === 'row' ? undefined : '${datasource}');
    }
    const overlapping = panels.filter(
      (other) => other.id > panel.id && overlap(panel.gridPos, other.gridPos),
    );
    assert.deepEqual(overlapping, []);
  }
});

function overlap(a: Place, b: Place): boolean {
  return a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h;
}
