/** The core's closed lists: what TypeScript's types mirror, and the decisions that go with each verdict. */
import { Call } from './call.ts';
import type { TableExports } from './exports.ts';
import type { LockReason, Provider, RecordState, Verdict } from './types.ts';

/** What a verdict does to a key that is about to be stored (include/byok/verdict.h). */
export type StoreDecision = 'store' | 'store_warned' | 'refuse' | 'offer_switch' | 'ask';

export interface VerdictRow {
  readonly name: Verdict;
  readonly decision: StoreDecision;
  readonly aboutTheKey: boolean;
  readonly suggestsDeletion: boolean;
}

export interface Tables {
  readonly statuses: Readonly<Record<string, number>>;
  readonly verdicts: readonly VerdictRow[];
  readonly recordStates: readonly RecordState[];
  readonly lockReasons: readonly (LockReason | 'none')[];
  readonly providers: readonly Provider[];
}

export function readTables(core: TableExports): Tables {
  return Call.run(core, (call) => call.check(core.byok_tables(call.out())).takeJson() as Tables);
}
