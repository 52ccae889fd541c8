/** How long a job may take, which is how long a worker is waited for that is asked to end: one that is cut off was perhaps paid already. */
import { jobPatience } from '../provider/patience.ts';

/** The most calls that a route makes, and the most that it waits between them, in milliseconds (byok/routing.h). */
const calls = 3;
const waitMs = 10_000;

/** How long a job's end is tried to be written where Redis is away for a moment, and the reads and the receipt around its calls. */
const aroundMs = 30_000;

/** Milliseconds from a job's start to its end, at the very most. */
export const longestJobMs = calls * jobPatience.totalMs + waitMs + aroundMs;
