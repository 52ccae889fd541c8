/**
 * What a kill leaves when it comes between the two writes of one entry in a database's log: a header that promises more than
 * is there. The moment is too short to hit by chance; here it is hit each time.
 */
import { appendFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';

/** The vault's databases, or the bucket with its second copy. */
export type Place = 'vault' | 'spare';

async function foldersOf(place: Place, profile: string): Promise<string[]> {
  const under = async (folder: string): Promise<string[]> =>
    (await readdir(folder).catch(() => []))
      .filter((name) => name.endsWith('.leveldb'))
      .map((name) => join(folder, name));
  if (place === 'vault') return under(join(profile, 'Default/IndexedDB'));
  const buckets = join(profile, 'Default/WebStorage');
  const names = await readdir(buckets).catch(() => []);
  return (await Promise.all(names.map((name) => under(join(buckets, name, 'IndexedDB'))))).flat();
}

/** CRC, a length of 1000, the type of a whole entry (LevelDB's log format); the 1000 bytes are missing. */
const header = Buffer.from([1, 2, 3, 4, 0xe8, 0x03, 1]);

/** While no browser runs on the profile. @returns false where there is no log yet. */
export async function tearLogs(place: Place, profile: string): Promise<boolean> {
  let torn = false;
  for (const folder of await foldersOf(place, profile)) {
    const last = (await readdir(folder))
      .filter((name) => /^\d+\.log$/.test(name))
      .sort()
      .at(-1);
    if (last === undefined) continue;
    await appendFile(join(folder, last), header);
    torn = true;
  }
  return torn;
}
