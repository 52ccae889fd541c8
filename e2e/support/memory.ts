/** Counts byte patterns in the linear memory of every WebAssembly instance that the browser holds, seen from outside. */
import { z } from 'zod';
import type { Cdp, Target } from './cdp.ts';

/** What to look for, by name. */
export type Needles = Readonly<Record<string, Uint8Array>>;

export interface Scan {
  /** How often each needle was found, over all memories. */
  readonly found: Readonly<Record<string, number>>;
  /** How many memories, and of how many bytes in all, were searched: a scan of nothing finds nothing. */
  readonly memories: number;
  readonly bytes: number;
  /** In which targets the memories were. */
  readonly where: readonly string[];
}

const remoteObject = z.object({ result: z.object({ objectId: z.string() }) });
const queried = z.object({ objects: z.object({ objectId: z.string() }) });
const counted = z.object({
  result: z.object({
    value: z.object({ counts: z.array(z.number()), memories: z.number(), bytes: z.number() }),
  }),
});

/** Runs inside the target, on the array of its memories; a needle arrives as hex, in JavaScript's heap, which isn't searched. */
const search = `function (needles) {
  const counts = needles.map(() => 0);
  let bytes = 0;
  for (const memory of this) {
    const view = new Uint8Array(memory.buffer);
    bytes += view.length;
    needles.forEach((hex, index) => {
      const needle = Uint8Array.from(hex.match(/../g), (pair) => parseInt(pair, 16));
      for (let at = view.indexOf(needle[0]); at !== -1; at = view.indexOf(needle[0], at + 1)) {
        let same = 1;
        while (same < needle.length && view[at + same] === needle[same]) same++;
        if (same === needle.length) counts[index]++;
      }
    });
  }
  return { counts, memories: this.length, bytes };
}`;

async function scanTarget(
  target: Target,
  needles: readonly string[],
): Promise<z.infer<typeof counted>['result']['value']> {
  const group = { objectGroup: 'scan' };
  const prototype = remoteObject.parse(
    await target.send('Runtime.evaluate', { expression: 'WebAssembly.Memory.prototype', ...group }),
  );
  const { objects } = queried.parse(
    await target.send('Runtime.queryObjects', { prototypeObjectId: prototype.result.objectId, ...group }),
  );
  const answer = await target.send('Runtime.callFunctionOn', {
    objectId: objects.objectId,
    functionDeclaration: search,
    arguments: [{ value: needles }],
    returnByValue: true,
  });
  await target.send('Runtime.releaseObjectGroup', group);
  return counted.parse(answer).result.value;
}

/** Searches pages, frames and workers. Works while a worker is paused in the debugger. */
export async function scan(cdp: Cdp, needles: Needles): Promise<Scan> {
  const names = Object.keys(needles);
  const hex = Object.values(needles).map((needle) => Buffer.from(needle).toString('hex'));
  const found: Record<string, number> = Object.fromEntries(names.map((name) => [name, 0]));
  const where: string[] = [];
  let memories = 0;
  let bytes = 0;
  for (const type of ['page', 'iframe', 'worker']) {
    for (const target of cdp.targets(type)) {
      const part = await scanTarget(target, hex);
      part.counts.forEach((count, index) => {
        const name = names[index] ?? '';
        found[name] = (found[name] ?? 0) + count;
      });
      memories += part.memories;
      bytes += part.bytes;
      if (part.memories > 0) where.push(`${type} ${new URL(target.info.url).pathname}`);
    }
  }
  return { found, memories, bytes, where };
}
