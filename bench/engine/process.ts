/** A contender in a Node process: node process.ts KIND FILE ARGUMENT, asked over the channel of fork(). */
import { readFile } from 'node:fs/promises';
import type { Answering, ReadFile } from './engine.ts';

const [kind = '', file = '', argument = ''] = process.argv.slice(2);

const read: ReadFile = async (name) => {
  const path = name.startsWith('build/') ? `../../${name}` : `../node_modules/${name}`;
  return new Uint8Array(await readFile(new URL(path, import.meta.url)));
};

async function start(): Promise<(question: unknown) => Promise<unknown>> {
  const { answering } = (await import(`../${kind}/answer.ts`)) as {
    answering: Answering<unknown, unknown, unknown>;
  };
  return answering(await import(`../${kind}/contenders/${file}.ts`), read, argument);
}

const started = start();
process.on('message', (question) => {
  void started.then(async (answer) => process.send?.(await answer(question)));
});
