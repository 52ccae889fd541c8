// Running jobs that wait for each other on a machine with few cores.

export interface Job {
  name: string;
  /** Jobs that must have ended before; their result is the job's own business. */
  needs: string[];
  /** A job that uses every core, or is sensitive to time, runs alone. */
  alone: boolean;
  /** One that waits more than it works leaves its slot to others. */
  waits: boolean;
  run: () => Promise<void>;
}

/** Runs every job once, as many at a time as there are slots, in the order given where the needs allow it. */
export async function runJobs(jobs: Job[], slots: number): Promise<void> {
  const waiting = [...jobs];
  const known = new Set(jobs.map((job) => job.name));
  const ended = new Set<string>();
  const running = new Map<string, Promise<void>>();
  const working = new Set<string>();
  let aloneRuns = false;

  const next = (): Job | undefined => {
    if (aloneRuns || working.size >= slots) return undefined;
    const ready = waiting.filter((job) => job.needs.every((need) => !known.has(need) || ended.has(need)));
    const first = ready[0];
    return first?.alone === true && running.size > 0 ? undefined : first;
  };

  while (waiting.length > 0 || running.size > 0) {
    for (let job = next(); job !== undefined; job = next()) {
      const { name, alone, waits } = job;
      waiting.splice(waiting.indexOf(job), 1);
      aloneRuns = alone;
      const work = job.run().finally(() => {
        running.delete(name);
        working.delete(name);
        ended.add(name);
        if (alone) aloneRuns = false;
      });
      running.set(name, work);
      if (!waits) working.add(name);
    }
    if (running.size === 0)
      throw new Error(`jobs wait for each other: ${waiting.map((job) => job.name).join(', ')}`);
    await Promise.race(running.values());
  }
}
