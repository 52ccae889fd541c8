/** One contender opens the same records again and again. */
import type { Answering } from '../engine/engine.ts';
import type { Prepare } from './contender.ts';

/** How often all of them are opened in one answer, so that a browser's coarse clock sees enough of it. */
export interface Question {
  readonly times: number;
}

export interface Answer {
  /** Of opening all of them once. */
  readonly ms: number;
}

export const answering: Answering<{ prepare: Prepare }, Question, Answer> = ({ prepare }, read, argument) => {
  const count = Number(argument);
  const prepared = prepare(count, read);
  return async ({ times }) => {
    const open = await prepared;
    if ((await open()) !== count) throw new Error('not all records opened');
    const begin = performance.now();
    for (let i = 0; i < times; i += 1) await open();
    return { ms: (performance.now() - begin) / times };
  };
};
