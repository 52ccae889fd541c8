/**
 * Counts byte patterns in the linear memory of every WebAssembly instance that the browser holds, seen from outside.
 *
 * Memories are noted when they are made: Runtime.queryObjects, which would find them afterwards, crashes Chromium 156 in a worker
 * that holds an instance.
 */
import type { BrowserContext } from '@playwright/test';
import { z } from 'zod';
import type { Cdp, Target } from './cdp.ts';
import { inject } from './inject.ts';

/** The secrets to look for, by name. They are sought in pieces: an allocator writes into a block that was freed unwiped. */
export type Needles = Readonly<Record<string, Uint8Array>>;

export interface Scan {
  /** How many pieces of each secret were found, over all memories. */
  readonly found: Readonly<Record<string, number>>;
  /** How many memories, and of how many bytes in all, were searched: a scan of nothing finds nothing. */
  readonly memories: number;
  readonly bytes: number;
  /** In which targets the memories were. */
  readonly where: readonly string[];
}

const pieceBytes = 8;

const remoteObject = z.object({ result: z.object({ objectId: z.string() }) });
const counted = z.object({
  result: z.object({
    value: z.object({ counts: z.array(z.number()), memories: z.number(), bytes: z.number() }),
  }),
});

/** Before any script: notes every memory, and gives the import of the hold build something to call. */
const noteMemories = `
  const memories = new Set();
  Object.assign(globalThis, { notedMemories: () => [...memories] });
  const note = (instance) => {
    for (const item of Object.values(instance.exports)) if (item instanceof Memory) memories.add(item);
    return instance;
  };
  const { instantiate, instantiateStreaming, Instance, Memory } = WebAssembly;
  const withHold = (imports) => ({
    ...imports,
    env: { ...imports?.env, byok_hold_point() { if (globalThis.holding) debugger; } },
  });
  const noteResult = (result) => {
    note(result.instance ?? result);
    return result;
  };
  WebAssembly.instantiate = (source, imports) => instantiate(source, withHold(imports)).then(noteResult);
  WebAssembly.instantiateStreaming = (source, imports) => instantiateStreaming(source, withHold(imports)).then(noteResult);
  WebAssembly.Instance = new Proxy(Instance, {
    construct: (target, [module, imports]) => note(new target(module, withHold(imports))),
  });
  WebAssembly.Memory = new Proxy(Memory, {
    construct: (target, args) => {
      const memory = new target(...args);
      memories.add(memory);
      return memory;
    },
  });
`;

export async function watchMemories(context: BrowserContext): Promise<void> {
  await inject(context, 'noted memories', noteMemories);
}

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
  // A worker without the list would be a memory that nobody looks at: asking it throws.
  const expression = target.info.type === 'worker' ? 'notedMemories()' : 'globalThis.notedMemories?.() ?? []';
  const { result } = remoteObject.parse(await target.send('Runtime.evaluate', { expression, ...group }));
  const answer = await target.send('Runtime.callFunctionOn', {
    objectId: result.objectId,
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
  const pieces = Object.entries(needles).flatMap(([name, secret]) =>
    Array.from({ length: Math.floor(secret.length / pieceBytes) }, (_, index) => ({
      name,
      hex: Buffer.from(secret.subarray(index * pieceBytes, (index + 1) * pieceBytes)).toString('hex'),
    })),
  );
  const found: Record<string, number> = Object.fromEntries(names.map((name) => [name, 0]));
  const where: string[] = [];
  let memories = 0;
  let bytes = 0;
  for (const type of ['page', 'iframe', 'worker']) {
    for (const target of cdp.targets(type)) {
      const part = await scanTarget(
        target,
        pieces.map(({ hex }) => hex),
      );
      part.counts.forEach((count, index) => {
        const name = pieces[index]?.name ?? '';
        found[name] = (found[name] ?? 0) + count;
      });
      memories += part.memories;
      bytes += part.bytes;
      if (part.memories > 0) where.push(`${type} ${new URL(target.info.url).pathname}`);
    }
  }
  return { found, memories, bytes, where };
}
