/** The build for SIMD in the same package. */
import type { Load } from '../contender.ts';
import { loadFrom } from './argon2-browser.ts';

export const load: Load = loadFrom('argon2-simd.wasm');
