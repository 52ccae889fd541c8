/** The browsers whose memory is read, each on a profile of its own, as a person's is. */
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, firefox, type BrowserContext } from '@playwright/test';
import { stockChromium } from '../support/executables.ts';
import { mark } from './processes.ts';

export const engines = ['chromium', 'firefox'] as const;
export type Engine = (typeof engines)[number];

export interface MarkedBrowser {
  readonly context: BrowserContext;
  /** What its processes are known by. */
  readonly run: string;
  close(): Promise<void>;
}

export async function launchMarked(engine: Engine): Promise<MarkedBrowser> {
  const run = randomBytes(8).toString('hex');
  const profile = await mkdtemp(join(tmpdir(), 'byok-memory-'));
  const env = { ...process.env, [mark]: run };
  const context =
    engine === 'chromium'
      ? await chromium.launchPersistentContext(profile, {
          executablePath: stockChromium,
          chromiumSandbox: false,
          env,
        })
      : await firefox.launchPersistentContext(profile, {
          channel: 'moz-firefox',
          executablePath: '/usr/bin/firefox-esr',
          env,
        });
  return {
    context,
    run,
    close: async () => {
      await context.close();
      await rm(profile, { recursive: true, force: true });
    },
  };
}
