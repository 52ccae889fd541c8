/** Keys that the sandbox's stand-ins answer with the verdict they end in. Their random part is never the same twice. */
import { randomBytes } from 'node:crypto';
import type { Canary } from './leak.ts';

export interface TestKey extends Canary {
  readonly value: string;
  readonly random: string;
  readonly preview: string;
}

const prefixes = { OpenAI: 'sk-proj-', Gemini: 'AIza', Anthropic: 'sk-ant-api03-' } as const;
export type FeaturedProvider = keyof typeof prefixes;

export function keyOf(provider: FeaturedProvider, verdict = 'valid'): TestKey {
  const random = randomBytes(24).toString('base64url').replaceAll('-', 'x').replaceAll('_', 'y');
  const value = `${prefixes[provider]}${random}-${verdict}`;
  return { name: `${provider} key`, value, random, preview: `${value.slice(0, 4)}…${value.slice(-4)}` };
}
