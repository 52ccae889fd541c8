/** Puts together what takes a job from its submission to its end, in this process. */
import type { PlatformCore } from '../../web/core/platform.ts';
import type { ByokCache } from '../cache/cache.ts';
import { receiptsInMemory } from '../receipts/receipts-map.ts';
import type { Receipts } from '../receipts/receipts.ts';
import { LlmRouter, type LlmRouterOptions } from '../router/llm-router.ts';
import type { Telemetry } from '../telemetry/telemetry.ts';
import { LocalQueue } from './local-queue.ts';
import type { JobQueue } from './queue.ts';
import { makeRunner, type RunJob } from './run.ts';

export interface PipelineOptions extends Pick<
  LlmRouterOptions,
  'serverKeys' | 'metered' | 'reroute' | 'patience'
> {
  readonly core: PlatformCore;
  readonly cache: ByokCache;
  readonly telemetry: Telemetry;
  /** Where this process keeps receipts, with a queue of its own. */
  readonly receipts?: Receipts;
}

/** What submits and tells of jobs. */
export interface JobDesk {
  readonly queue: JobQueue;
  readonly receipts: Receipts;
  close(): Promise<void>;
}

/** Jobs run in this process and are forgotten with it. */
export function localPipeline(options: PipelineOptions, graceMs: number): JobDesk {
  const { receipts = receiptsInMemory() } = options;
  const queue = new LocalQueue({ core: options.core, run: runnerOf(options, receipts) });
  return { queue, receipts, close: () => queue.close(graceMs) };
}

function runnerOf(options: PipelineOptions, receipts: Receipts): RunJob {
  const { core, telemetry } = options;
  return makeRunner({ core, telemetry, receipts, router: new LlmRouter(options) });
}
