/** A job tried from the page where servers and workers are processes of their own: two of each, over a pair of Redis, behind nginx. */
import { randomBytes } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { runProgram, type Program } from '../server/testing/program.ts';
import { freePort, startRedis } from '../server/testing/redis.ts';
import { words } from '../web/panel/words.ts';
import { keyOf } from './support/keys.ts';
import { Panel } from './support/panel.ts';
import { startSecure, type Secure } from './support/secure.ts';
import { expect, test as base } from './support/test.ts';

interface Platform extends Secure {
  readonly workers: readonly Program[];
}

const test = base.extend<object, { platform: Platform }>({
  platform: [
    // eslint-disable-next-line no-empty-pattern -- Playwright reads the pattern
    async ({}, use) => {
      const [keys, queue] = await Promise.all([
        startRedis(['--save', '']),
        startRedis(['--appendonly', 'yes']),
      ]);
      const env = {
        PLATFORM_TOKEN_SECRET: randomBytes(32).toString('hex'),
        REDIS_URL: keys.url,
        QUEUE_REDIS_URL: queue.url,
      };
      const secure = await startSecure({ servers: [env, env] });
      const workers: Program[] = [];
      const file = fileURLToPath(new URL('../server/worker-main.ts', import.meta.url));
      for (let i = 0; i < 2; i += 1)
        workers.push(runProgram(file, ['--sandbox', '--admin-port', String(await freePort())], env));
      await Promise.all(workers.map(({ ready }) => ready));
      await use({ ...secure, workers });
      await Promise.all([secure.site.stop(), ...workers.map((worker) => worker.stop())]);
      await Promise.all([keys.close(), queue.close()]);
    },
    { scope: 'worker' },
  ],
  site: [
    async ({ platform }, use) => {
      await use(platform.site);
    },
    { scope: 'worker' },
  ],
});
test.use({ ignoreHTTPSErrors: true });

test('Try it: sealed by one process, served by another, and the answer comes back with its receipt', async ({
  page,
  site,
  platform,
}) => {
  const key = keyOf('OpenAI');
  const panel = new Panel(page, site, 'embedded');
  await panel.openAndCreate();
  await panel.add('OpenAI', key.value);
  await page.locator('#try-provider').selectOption({ label: 'OpenAI' });
  const answer = page.locator('#answer');
  // Often enough that each server has had a part in it, and each worker could have.
  const said = (): string => platform.workers.map((worker) => worker.output()).join('');
  for (let done = 1; done <= 4; done += 1) {
    await panel.press(page.getByRole('button', { name: 'Try it', exact: true }));
    await expect.poll(() => said().split('"event":"byok_key_retrieved"').length - 1).toBe(done);
    await expect(answer.locator('blockquote')).not.toBeEmpty();
    await expect(answer.getByText('Answered with your OpenAI key.')).toBeVisible();
  }
  await expect(panel.card('OpenAI').getByText(words.receipts.used('now'))).toBeVisible();

  const log = platform.nginx.accessLog();
  for (const port of platform.servers) expect(log).toContain(`"api":"127.0.0.1:${String(port)}"`);
  expect(log).toContain('"route":"cacheByokKeys","status":200');
  expect(log).toContain('"route":"jobs","status":200');
  expect(said()).not.toContain(key.value);
});
