/** The two Redis of this folder for a test: the files as they are shipped, with passwords filled in and a user for the test itself. */
import { createHash, randomBytes } from 'node:crypto';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const shipped = fileURLToPath(new URL('./', import.meta.url));

const users = ['api', 'worker', 'health', 'queue'] as const;
export type RedisUser = (typeof users)[number];

/** May do everything. */
export const inTest = { user: 'test', password: 'test' } as const;

export interface FilledConf {
  readonly passwords: Readonly<Record<RedisUser, string>>;
  /** What `redis-server` is started with. */
  settings(name: 'key-cache.conf' | 'queue.conf'): string[];
  /** An address of a Redis with this user and their password in it. */
  urlFor(user: RedisUser, url: string): string;
  remove(): void;
}

export function fillConf(): FilledConf {
  const passwords = Object.fromEntries(
    users.map((user) => [user, randomBytes(24).toString('hex')]),
  ) as FilledConf['passwords'];
  const folder = mkdtempSync(join(tmpdir(), 'byok-conf-'));
  cpSync(shipped, folder, { recursive: true });
  for (const name of ['users.acl', 'queue-users.acl']) {
    const acl = readFileSync(join(folder, name), 'utf8').replaceAll(
      /#([A-Z]+)_PASSWORD_SHA256/g,
      (_all, user: string) =>
        `#${createHash('sha256')
          .update(passwords[user.toLowerCase() as RedisUser])
          .digest('hex')}`,
    );
    writeFileSync(join(folder, name), `${acl}user ${inTest.user} on >${inTest.password} ~* &* +@all\n`);
  }
  return {
    passwords,
    settings: (name) => [
      join(folder, name),
      '--aclfile',
      join(folder, name === 'queue.conf' ? 'queue-users.acl' : 'users.acl'),
    ],
    urlFor: (user, url) => url.replace('//', `//${user}:${passwords[user]}@`),
    remove: () => {
      rmSync(folder, { recursive: true });
    },
  };
}
