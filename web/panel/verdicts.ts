/** How a verdict looks; what it means is decided in the core (include/byok/verdict.h). */
import type { RecordView, Verdict } from '../core/types.ts';

/** Never shown by colour alone: the words say the same. */
export type Tone = 'good' | 'warning' | 'bad' | 'neutral';

const tones: Record<Verdict, Tone> = {
  untested: 'neutral',
  valid: 'good',
  restricted: 'warning',
  invalid: 'bad',
  blocked: 'bad',
  no_credit: 'warning',
  rate_limited: 'warning',
  wrong_region_or_ip: 'warning',
  wrong_provider: 'bad',
  provider_down: 'neutral',
  unreachable: 'neutral',
  unknown: 'neutral',
};

export function toneOf(verdict: Verdict): Tone {
  return tones[verdict];
}

/** True for a test that could not tell: what was known about a stored key stays (E30). */
export function couldNotTell(verdict: Verdict): boolean {
  return verdict === 'provider_down' || verdict === 'unreachable' || verdict === 'unknown';
}

/** The record that a provider's card shows. */
export function recordFor(records: readonly RecordView[], provider: string): RecordView | null {
  return records.find((record) => record.meta?.provider === provider) ?? null;
}

/** Entries to be named as damaged (E24). */
export function damagedRecords(records: readonly RecordView[]): readonly RecordView[] {
  return records.filter((record) => record.state !== 'ok');
}
