import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { join, relative } from 'node:path';
import { after, test } from 'node:test';
import { fromRoot, once, root } from './files.ts';

const folder = mkdtempSync(fromRoot('build/once-'));
after(() => {
  rmSync(folder, { recursive: true });
});

test('work that was interrupted is done again, even with the sources that it was once done for', async () => {
  const stamp = relative(root, join(folder, 'stamp'));
  let done = 0;
  const work = (): Promise<void> => Promise.resolve(void (done += 1));
  await once(stamp, 'old', work);
  await once(stamp, 'old', work);
  assert.equal(done, 1);
  await assert.rejects(once(stamp, 'new', () => Promise.reject(new Error('interrupted'))));
  await once(stamp, 'old', work);
  assert.equal(done, 2);
});
