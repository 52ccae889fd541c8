/** A contender in a Node process: node process.ts FILE MEMORY_KIB PASSES, asked over the channel of fork(). */
import { readFile } from 'node:fs/promises';
import { answering, type Question } from './answer.ts';
import type { Load } from './contender.ts';

const [file = '', memoryKib = '', passes = ''] = process.argv.slice(2);

async function read(name: string): Promise<Uint8Array<ArrayBuffer>> {
  const path = name.startsWith('build/') ? `../../${name}` : `../node_modules/${name}`;
  return new Uint8Array(await readFile(new URL(path, import.meta.url)));
}

const load: Load = async (...args) =>
  ((await import(`./contenders/${file}.ts`)) as { load: Load }).load(...args);
const answer = answering(load, read, { memoryKib: Number(memoryKib), passes: Number(passes) });
process.on('message', (question: Question) => {
  void answer(question).then((given) => process.send?.(given));
});
