/** Contenders in Node, each in a process of its own. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Engine, Running } from './engine.ts';

const program = fileURLToPath(new URL('process.ts', import.meta.url));

export const node: Engine = {
  name: 'node',
  start<Question, Answer>(kind: string, file: string, argument: string): Promise<Running<Question, Answer>> {
    const child = fork(program, [kind, file, argument]);
    const ended = once(child, 'exit');
    return Promise.resolve({
      async ask(question) {
        const begin = performance.now();
        const answered = once(child, 'message');
        child.send(question as NonNullable<Question>);
        const first = await Promise.race([answered, ended.then(() => null)]);
        if (first === null) throw new Error(`${file} ended without an answer`);
        return { ...(first[0] as Answer), roundTripMs: performance.now() - begin };
      },
      async end() {
        child.kill();
        await ended;
      },
    });
  },
  close: () => Promise.resolve(),
};
