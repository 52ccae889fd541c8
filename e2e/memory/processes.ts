/** The processes of a browser as Linux shows them, and what is in their memory. Needs to be root, as reading another's memory does. */
import { closeSync, openSync, readdirSync, readFileSync, readSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Hit, Search } from './search.ts';

export interface BrowserProcess {
  readonly pid: number;
  /** What it does: `browser`, `renderer`, `gpu`, `network`, `storage`; in Firefox `parent`, `tab`, `socket`. */
  readonly kind: string;
}

export interface Found extends Hit {
  readonly process: BrowserProcess;
}

export interface Snapshot {
  readonly processes: readonly BrowserProcess[];
  readonly found: readonly Found[];
  /** How much was read: a look at nothing finds nothing. */
  readonly bytes: number;
}

const pageBytes = 4096;
const pieceBytes = 8 * 1024 * 1024;

/** The variable that every process of one run inherits. */
export const mark = 'BYOK_MEMORY_RUN';

function readOr(path: string): string {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return '';
  }
}

function stateOf(pid: number): { state: string; parent: number } {
  const stat = readOr(`/proc/${String(pid)}/stat`);
  const [state = '', parent = '0'] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return { state, parent: Number(parent) };
}

/**
 * Every process that descends from this one, and every one that carries the mark: a crash handler lets go of its parent, and a
 * renderer overwrites its environment.
 */
export function processesOf(run: string): BrowserProcess[] {
  const pids = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number);
  const parents = new Map(pids.map((pid) => [pid, stateOf(pid)]));
  const descends = (pid: number): boolean => {
    for (let at = parents.get(pid)?.parent ?? 0; at > 1; at = parents.get(at)?.parent ?? 0)
      if (at === process.pid) return true;
    return false;
  };
  const marked = (pid: number): boolean => readOr(`/proc/${String(pid)}/environ`).includes(`${mark}=${run}`);
  return pids
    .filter((pid) => pid !== process.pid && !/[ZX]/.test(parents.get(pid)?.state ?? 'X'))
    .filter((pid) => descends(pid) || marked(pid))
    .map((pid) => ({ pid, kind: kindOf(pid) }));
}

function kindOf(pid: number): string {
  // Chromium writes the words of a renderer apart by spaces, those of other processes by zeros.
  const words = readOr(`/proc/${String(pid)}/cmdline`)
    .split(/[\0 ]/)
    .filter(Boolean);
  const valueOf = (name: string): string | undefined =>
    words.find((word) => word.startsWith(name))?.slice(name.length);
  const service = valueOf('--utility-sub-type=');
  if (service !== undefined) return service.split('.')[0] ?? service;
  const type = valueOf('--type=');
  if (type !== undefined) return type.replace('-process', '');
  if (words.includes('-contentproc')) return words.at(-1) ?? 'content';
  if (/crashpad|crashhelper/.test(words[0] ?? '')) return 'crash handler';
  return (words[0] ?? '').includes('firefox') ? 'parent' : 'browser';
}

function signal(pids: readonly number[], name: 'SIGSTOP' | 'SIGCONT'): void {
  for (const pid of pids) {
    try {
      process.kill(pid, name);
    } catch {
      // It ended in the meantime.
    }
  }
}

/**
 * Stops every process at one moment, looks at all of their memory, and lets them go on: what moves from one process to another
 * can't be missed, however long the look takes.
 */
export async function look(run: string, search: Search): Promise<Snapshot> {
  const stopped = new Map<number, BrowserProcess>();
  try {
    for (;;) {
      const fresh = processesOf(run).filter(({ pid }) => !stopped.has(pid));
      if (fresh.length === 0) break;
      for (const each of fresh) stopped.set(each.pid, each);
      signal(
        fresh.map(({ pid }) => pid),
        'SIGSTOP',
      );
    }
    for (const pid of stopped.keys()) while (/[RSD]/.test(stateOf(pid).state)) await sleep(1);
    const found: Found[] = [];
    let bytes = 0;
    for (const each of stopped.values()) {
      const part = searchProcess(each.pid, search);
      if (part === null) {
        stopped.delete(each.pid);
        continue;
      }
      bytes += part.bytes;
      for (const hit of part.hits) found.push({ ...hit, process: each });
    }
    return { processes: [...stopped.values()], found, bytes };
  } finally {
    signal([...stopped.keys()], 'SIGCONT');
  }
}

/** What can hold a secret: every readable mapping but those of a file that nobody can have written into. */
function* mappings(pid: number): Generator<{ start: number; end: number }> {
  for (const line of readOr(`/proc/${String(pid)}/maps`).split('\n')) {
    const [, from, to, rights = '', name = ''] =
      /^([0-9a-f]+)-([0-9a-f]+) (\S+) \S+ \S+ \d+\s*(.*)$/.exec(line) ?? [];
    if (from === undefined || to === undefined || !rights.startsWith('r') || name === '[vvar]') continue;
    const ofFile = name.startsWith('/') && !/^\/(dev\/shm|memfd)|\(deleted\)$/.test(name);
    if (ofFile && !rights.includes('w')) continue;
    yield { start: parseInt(from, 16), end: parseInt(to, 16) };
  }
}

const entries = Buffer.alloc(pageBytes * 8 * 64);

/** The parts of a mapping that are there: a browser reserves far more than it uses. */
function* present(pagemap: number, start: number, end: number): Generator<{ start: number; end: number }> {
  let from = -1;
  for (let at = start; at < end;) {
    const pages = Math.min((end - at) / pageBytes, entries.length / 8);
    const read = readSync(pagemap, entries, 0, pages * 8, (at / pageBytes) * 8) / 8;
    if (read === 0) break;
    for (let page = 0; page < read; page++) {
      // Bit 63: in memory; bit 62: swapped out.
      const there = (entries[page * 8 + 7] ?? 0) >= 0x40;
      const address = at + page * pageBytes;
      if (there && from < 0) from = address;
      if (!there && from >= 0) {
        yield { start: from, end: address };
        from = -1;
      }
    }
    at += read * pageBytes;
  }
  if (from >= 0) yield { start: from, end };
}

const piece = Buffer.alloc(pieceBytes + 2 * pageBytes);

/** @returns null for a process that ended before it could be stopped: its memory is no more. */
function searchProcess(pid: number, search: Search): { hits: Hit[]; bytes: number } | null {
  const hits: Hit[] = [];
  let bytes = 0;
  if (!/[Tt]/.test(stateOf(pid).state)) return null;
  const memory = openSync(`/proc/${String(pid)}/mem`, 'r');
  const pagemap = openSync(`/proc/${String(pid)}/pagemap`, 'r');
  try {
    for (const mapping of mappings(pid)) {
      for (const { start, end } of present(pagemap, mapping.start, mapping.end)) {
        for (let at = start; at < end; at += pieceBytes) {
          const first = Math.max(start, at - search.reach);
          const last = Math.min(end, at + pieceBytes + search.reach);
          const length = readAt(memory, first, last - first);
          const within = Math.min(at + pieceBytes, end) - first;
          for (const hit of search.find(piece.subarray(0, length), at - first, within))
            hits.push({ ...hit, at: first + hit.at });
          bytes += Math.min(pieceBytes, end - at);
        }
      }
    }
  } finally {
    closeSync(memory);
    closeSync(pagemap);
  }
  return { hits, bytes };
}

/** Some pages of devices can't be read; nothing is written there as text. */
function readAt(file: number, address: number, length: number): number {
  try {
    return readSync(file, piece, 0, length, address);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EIO') return 0;
    throw error;
  }
}
