/** Puts together what takes a job from its submission to its end, in this process or over the queue's Redis. */
import type { PlatformCore } from '../../web/core/platform.ts';
import type { ByokCache } from '../cache/cache.ts';
import { receiptsInMemory } from '../receipts/receipts-map.ts';
import { receiptsInRedis } from '../receipts/receipts-redis.ts';
import type { Receipts } from '../receipts/receipts.ts';
import { Redis } from '../redis/connection.ts';
import { LlmRouter, type LlmRouterOptions } from '../router/llm-router.ts';
import type { Telemetry } from '../telemetry/telemetry.ts';
import { BullQueue } from './bull-queue.ts';
import { startBullWorker, type BullWorkerOptions, type RunningWorker } from './bull-worker.ts';
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

/** Where jobs wait in Redis. */
export interface OverRedis {
  /** The queue's, for receipts and for whoever asks whether it answers. */
  readonly redis: Redis;
}

/** Jobs run in this process and are forgotten with it. */
export function localPipeline(options: PipelineOptions, graceMs: number): JobDesk {
  const { receipts = receiptsInMemory() } = options;
  const queue = new LocalQueue({ core: options.core, run: runnerOf(options, receipts) });
  return { queue, receipts, close: () => queue.close(graceMs) };
}

/** Jobs wait in Redis for a worker. @param failed told of errors of the connection, which can hold a job: their codes alone are logged. */
export function remoteDesk(
  core: PlatformCore,
  url: string,
  failed: (error: unknown) => void,
): JobDesk & OverRedis {
  const queue = new BullQueue({ core, url, failed });
  const redis = new Redis({ url });
  return {
    queue,
    redis,
    receipts: receiptsInRedis(core, redis),
    async close() {
      await queue.close();
      redis.close();
    },
  };
}

/** Runs what waits in Redis. */
export function remoteWorker(
  options: PipelineOptions & Pick<BullWorkerOptions, 'url' | 'failed' | 'lifeSignMs'>,
): RunningWorker & OverRedis {
  const { url, failed, lifeSignMs } = options;
  const redis = new Redis({ url });
  const run = runnerOf(options, receiptsInRedis(options.core, redis));
  const worker = startBullWorker({ url, run, failed, ...(lifeSignMs === undefined ? {} : { lifeSignMs }) });
  return {
    redis,
    async close(graceMs) {
      const ended = await worker.close(graceMs);
      redis.close();
      return ended;
    },
  };
}

function runnerOf(options: PipelineOptions, receipts: Receipts): RunJob {
  const { core, telemetry } = options;
  return makeRunner({ core, telemetry, receipts, router: new LlmRouter(options) });
}
