/** The alert rules, by promtool: each fires and keeps quiet as its cases say, names what is exported, and is in the runbook. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { exported, promtool, strangersIn } from './promtool.ts';

const read = (name: string): string => readFileSync(new URL(name, import.meta.url), 'utf8');
const rulesFile = 'byok.rules.yml';
const casesFile = 'byok.rules.test.yml';
const rules = read(rulesFile);
const cases = read(casesFile);

interface Alert {
  readonly name: string;
  /** As it stands in the file. */
  readonly expr: string;
}

const alerts: Alert[] = [...rules.matchAll(/- alert: (\w+)\n\s+expr:((?: >-(?:\n {10}.*)+)| .*)/g)].map(
  ([, name = '', expr = '']) => ({ name, expr }),
);

test('there is an alert for each thing that someone must hear of', () => {
  assert.deepEqual(
    alerts.map(({ name }) => name),
    [
      'ByokKeyTestsFail',
      'ByokUnlocksFail',
      'ByokCacheMisses',
      'ByokFallbacks',
      'ByokProviderErrors',
      'ByokMetricsAbsent',
    ],
  );
});

test('promtool takes the rules and the example of a configuration', () => {
  const config = read('prometheus.yml');
  const { ok, output } = promtool(['check', 'config', 'prometheus.yml'], {
    'prometheus.yml': config,
    [rulesFile]: rules,
  });
  assert.ok(ok, output);
  for (const job of ['byok-api', 'byok-worker']) assert.ok(config.includes(`job_name: ${job}`));
});

test('each alert fires and keeps quiet as its cases say', () => {
  const { ok, output } = promtool(['test', 'rules', casesFile], { [rulesFile]: rules, [casesFile]: cases });
  assert.ok(ok, output);
});

/** Which alerts a case goes wrong for, where the rules are these. */
function noticed(broken: string): Set<string> {
  assert.notEqual(broken, rules);
  const { ok, output } = promtool(['test', 'rules', casesFile], { [rulesFile]: broken, [casesFile]: cases });
  assert.ok(!ok);
  return new Set([...output.matchAll(/alertname: ?(\w+)/g)].map(([, name = '']) => name));
}

describe('the cases of each alert would notice', () => {
  const all = alerts.map(({ name }) => name).sort();
  for (const [what, instead] of [
    ['one that never fires', ' vector(1) > 1'],
    ['one that always fires', ' vector(1)'],
  ] as const) {
    test(what, () => {
      const broken = alerts.reduce((text, { expr }) => text.replace(expr, instead), rules);
      assert.deepEqual([...noticed(broken)].sort(), all);
    });
  }

  const edges: Record<string, Record<string, readonly [from: string, to: string]>> = {
    'bounds that are a little lower': {
      ByokKeyTestsFail: ['> 0.5', '>= 0.5'],
      ByokCacheMisses: ['> 0.3', '> 0.24'],
      ByokFallbacks: ['> 0.2', '> 0.09'],
      ByokProviderErrors: ['> 5', '> 3.9'],
      ByokMetricsAbsent: ['for: 5m', 'for: 0m'],
    },
    'bounds that are a little higher': {
      ByokKeyTestsFail: ['> 0.5', '> 0.76'],
      ByokCacheMisses: ['> 0.3', '> 0.41'],
      ByokFallbacks: ['> 0.2', '> 0.26'],
      ByokProviderErrors: ['> 5', '> 6.1'],
      ByokUnlocksFail: ['> 0', '> 1.1'],
      ByokMetricsAbsent: ['for: 5m', 'for: 15m'],
    },
    'fewer than 20 events that are enough': {
      ByokKeyTestsFail: ['>= 20', '>= 19'],
      ByokCacheMisses: ['>= 20', '>= 19'],
      ByokFallbacks: ['>= 20', '>= 19'],
    },
    'workers that nobody looks for': {
      ByokMetricsAbsent: ['or absent(up{job="byok-worker"})', ''],
    },
    'APIs that nobody looks for': {
      ByokMetricsAbsent: ['or absent(up{job="byok-api"})', ''],
    },
    'what is counted with what it is not': {
      ByokKeyTestsFail: ['{reason=~"invalid|blocked|restricted"}', ''],
      ByokProviderErrors: ['sum by (provider)', 'sum'],
    },
  };
  for (const [what, changes] of Object.entries(edges)) {
    test(what, () => {
      let broken = rules;
      for (const [name, [from, to]] of Object.entries(changes)) {
        const start = broken.indexOf(`alert: ${name}`);
        const place = broken.indexOf(from, start);
        assert.ok(start > 0 && place > start, name);
        broken = `${broken.slice(0, place)}${to}${broken.slice(place + from.length)}`;
      }
      assert.deepEqual([...noticed(broken)].sort(), Object.keys(changes).sort());
    });
  }
});

test('the rules name counters, labels and values that the platform exports, and no user', async () => {
  const known = await exported();
  for (const { name, expr } of alerts) {
    assert.deepEqual(strangersIn(expr, known), [], name);
    assert.match(expr, /byok_/);
  }
  for (const [name, labels] of known) {
    for (const label of labels.keys())
      assert.ok(['provider', 'reason', 'status'].includes(label), `${name}: ${label}`);
  }
  assert.deepEqual(strangersIn('sum by (user) (byok_requests_total{user="7"}) / byok_nothing', known), [
    'byok_requests_total{user="7"}',
    'byok_requests_total by user',
    'byok_nothing',
  ]);
});

test('the runbook says what to do about each', () => {
  const runbook = readFileSync(new URL('../../docs/runbook.md', import.meta.url), 'utf8');
  for (const { name } of alerts) {
    assert.ok(rules.includes(`runbook: docs/runbook.md#${name.toLowerCase()}\n`), name);
    assert.match(runbook, new RegExp(`^### ${name}$`, 'm'));
  }
});
