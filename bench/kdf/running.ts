/** A contender that runs and can be asked, wherever it runs. */
import type { Answer } from './answer.ts';
import type { ContenderFacts, Setting } from './contender.ts';

export interface TimedAnswer extends Answer {
  /** From the question to the answer, as who asks has to wait. */
  readonly roundTripMs: number;
}

export interface Running {
  ask(setting: Setting): Promise<TimedAnswer>;
  end(): Promise<void>;
}

export interface Engine {
  readonly name: 'chromium' | 'node';
  /** In a process or a page of its own, which begins to load. Resolves as soon as it can be asked. */
  start(contender: ContenderFacts, expected: Setting): Promise<Running>;
  close(): Promise<void>;
}
