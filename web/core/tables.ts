/** The core's closed lists: what TypeScript's types mirror, and the decisions that go with each verdict. */
import { FullCall as Call } from './full-call.ts';
import type { PlatformExports } from './exports.ts';
import type { LockReason, Provider, RecordState, StoreDecision, Verdict } from './types.ts';

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
  readonly storeDecisions: readonly StoreDecision[];
  readonly providers: readonly Provider[];
}

export function readTables(core: PlatformExports): Tables {
  return Call.run(core, (call) => call.check(core.byok_tables(call.out())).takeJson() as Tables);
}
