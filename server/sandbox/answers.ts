/** What the stand-ins answer: the recorded answers of the tests, one for each provider and verdict that there is one for. */
import { readdirSync, readFileSync } from 'node:fs';
import { verdicts, type Verdict } from '../../web/core/types.ts';
import type { Core } from '../core.ts';

export interface StandInAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

interface Recorded extends StandInAnswer {
  readonly provider: string;
  readonly verdict: string;
}

/** What the end of a sandbox key may ask for, besides those that are no answers (sandbox.ts). */
export type Answers = ReadonlyMap<string, ReadonlyMap<Verdict, StandInAnswer>>;

/** Statuses that mean the same with every provider, for those with no recorded answer of that kind. */
const plain: readonly StandInAnswer[] = [401, 403, 402, 429, 503, 418].map((status) => ({
  status,
  headers: { 'content-type': 'application/json' },
  body: '{}',
}));

/**
 * For each provider and verdict the nearest answer that the core reads as that verdict: the provider's own, another
 * provider's, a plain status. A verdict that a provider's answers can't express is left out.
 * @param folder tests/fixtures/providers/: <provider>/<case>.json
 * @param to a job is told of failures by a status alone: a 200 is its answer.
 */
export function readAnswers(core: Core, folder: URL, to: 'test' | 'job'): Answers {
  const recorded = readRecorded(folder).filter(({ status }) => to === 'test' || status !== 200);
  const anyKey = new TextEncoder().encode('sandbox');
  const reads = (provider: string, { status, body }: StandInAnswer): Verdict =>
    core.readAnswer(provider, { status, body: new TextEncoder().encode(body), truncated: false }, anyKey);
  return new Map(
    core.providers().map(({ id }) => {
      const own = recorded.filter((each) => each.provider === id);
      const candidates = [...own, ...recorded.filter((each) => each.provider !== id), ...plain];
      const chosen = verdicts.flatMap((verdict): [Verdict, StandInAnswer][] => {
        const found = candidates.find((each) => reads(id, each) === verdict);
        return found === undefined ? [] : [[verdict, found]];
      });
      return [id, new Map(chosen)];
    }),
  );
}

function readRecorded(folder: URL): Recorded[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.json'))
    .sort()
    .map((name) => recordedOf(JSON.parse(readFileSync(new URL(name, folder), 'utf8'))));
}

interface RecordedFile {
  readonly provider: string;
  readonly verdict: string;
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: unknown;
}

function recordedOf(file: unknown): Recorded {
  const { provider, verdict, status, headers = {}, body } = file as RecordedFile;
  return { provider, verdict, status, headers, body: typeof body === 'string' ? body : JSON.stringify(body) };
}
