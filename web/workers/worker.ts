/**
 * The script of both kinds of workers. What they share, calls into a module and answers to the document, is half of a deriver: one
 * script loads it once, and the second kind finds it loaded. Each worker is of the one kind that its URL's fragment names.
 */
import type { WorkerKind } from '../vault/protocol.ts';
import { beDeriver } from './deriver-worker.ts';
import { beVault } from './vault-worker.ts';

const kinds: Record<WorkerKind, () => void> = { vault: beVault, deriver: beDeriver };
kinds[location.hash.slice(1) as WorkerKind]();
