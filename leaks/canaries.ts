/** The secrets that are planted: in whatever the platform writes, none of them and no part of one may be found. */
import { randomBytes } from 'node:crypto';
import type { Canary } from '../e2e/support/leak.ts';
import type { SinkName } from './sinks.ts';

/** What a key of this provider begins with, where everybody knows it. */
const prefixes: Readonly<Record<string, string>> = {
  openai: 'sk-proj-',
  anthropic: 'sk-ant-api03-',
  gemini: 'AIza',
  groq: 'gsk_',
  xai: 'xai-',
  openrouter: 'sk-or-v1-',
  fireworks: 'fw_',
  perplexity: 'pplx-',
};

export interface Planted extends Canary {
  /** The lines that it can't but be on, in clear: where a client sent a key that belongs nowhere, where a password is given to Redis. */
  readonly sentBy: readonly SinkName[];
}

export class Canaries {
  readonly #planted: Planted[] = [];

  /** A provider key that no one has had before. @param ending what the stand-in makes of it, behind its last '-'. */
  key(provider: string, ending: string): string {
    return this.#plant(provider, ending);
  }

  /** One that a client sends in clear. */
  careless(provider: string): string {
    return this.#plant(provider, 'valid', ['network nginx to API']);
  }

  #plant(provider: string, ending: string, sentBy: readonly SinkName[] = []): string {
    const random = lettersAndDigits(36);
    const value = `${prefixes[provider] ?? ''}${random}-${ending}`;
    const name = `${sentBy.length > 0 ? 'careless ' : ''}${provider} ${ending}`;
    this.#planted.push({ name, value, random, sentBy });
    return value;
  }

  /** 64 hex characters. In part it is looked for by the half: eight hex characters stand somewhere by chance. */
  secret(): string {
    const bytes = randomBytes(32);
    const hex = bytes.toString('hex');
    for (const half of [hex.slice(0, 32), hex.slice(32)])
      this.#planted.push({ name: 'secret', value: half, sentBy: [] });
    this.#planted.push({ name: 'secret, its bytes', value: bytes, sentBy: [] });
    return hex;
  }

  /** One of Redis; in part it is looked for by the half, as the secret is. */
  password(user: string, value: string): void {
    const sentBy = [user === 'queue' ? 'network to the queue' : 'network to the key cache'] as const;
    const middle = value.length / 2;
    for (const half of [value.slice(0, middle), value.slice(middle)])
      this.#planted.push({ name: `password of ${user}`, value: half, sentBy });
  }

  get all(): readonly Planted[] {
    return this.#planted;
  }
}

function lettersAndDigits(length: number): string {
  let text = '';
  while (text.length < length) text += randomBytes(64).toString('base64').replaceAll(/[+/=]/g, '');
  return text.slice(0, length);
}
