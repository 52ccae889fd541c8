/** What is sought: the secrets of one run, all of them random, in every encoding that a browser keeps text and bytes in. */
import { randomBytes } from 'node:crypto';
import { keyOf } from '../support/keys.ts';
import { deriveKek, openVaultKey } from '../support/oracle.ts';
import type { Needle } from './search.ts';

export const secrets = [
  'password',
  'provider key',
  'vault key',
  'KEK',
  'wrong password',
  'wrong KEK',
] as const;
export type Secret = (typeof secrets)[number];

const leastCharacters = 8;

function ofText(secret: string, text: string): Needle[] {
  return [
    { secret, encoding: 'utf8', bytes: Buffer.from(text), least: leastCharacters },
    { secret, encoding: 'utf16', bytes: Buffer.from(text, 'utf16le'), least: 2 * leastCharacters },
  ];
}

function ofBytes(secret: Secret, bytes: Uint8Array): Needle[] {
  return [{ secret, encoding: 'raw', bytes, least: leastCharacters }];
}

function randomPassword(): string {
  return randomBytes(18).toString('base64url').replaceAll('-', 'x').replaceAll('_', 'y');
}

export class Secrets {
  readonly password = randomPassword();
  readonly wrongPassword = randomPassword();
  readonly key = keyOf('OpenAI');
  /** Given to each document of the vault in turn, to tell the processes that host it. No secret: never counted as one. */
  readonly markers: string[] = [];
  #derived: Needle[] = [];

  /** Derives the keys from what is stored, by a second implementation. */
  async derive(header: Uint8Array): Promise<void> {
    this.#derived = [
      ...ofBytes('vault key', await openVaultKey(header, this.password)),
      ...ofBytes('KEK', await deriveKek(header, this.password)),
      ...ofBytes('wrong KEK', await deriveKek(header, this.wrongPassword)),
    ];
  }

  nextMarker(): string {
    const marker = randomPassword();
    this.markers.push(marker);
    return marker;
  }

  get needles(): Needle[] {
    return [
      ...ofText('password', this.password),
      ...ofText('wrong password', this.wrongPassword),
      ...ofText('provider key', this.key.random),
      ...this.#derived,
      ...this.markers.flatMap((marker) => ofText(`marker ${marker}`, marker)),
    ];
  }
}
