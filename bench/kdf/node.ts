/** Contenders in Node, each in a process of its own. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Answer } from './answer.ts';
import type { Engine } from './running.ts';

const program = fileURLToPath(new URL('process.ts', import.meta.url));

export const node: Engine = {
  name: 'node',
  start({ file }, { memoryKib, passes }) {
    const child = fork(program, [file, String(memoryKib), String(passes)]);
    const ended = once(child, 'exit');
    return Promise.resolve({
      async ask(setting) {
        const begin = performance.now();
        const answered = once(child, 'message');
        child.send({ setting });
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
