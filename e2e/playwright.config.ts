import { defineConfig, devices } from '@playwright/test';
import { chromiumShell, stockChromium } from './support/executables.ts';

/** Every flow in both forms on both devices; otherwise each once: embedded on the desktop, by itself on the phone. */
const full = process.env['BYOK_TEST_FULL'] !== undefined;
const byItself = /\.spec\.ts alone /;
/** What changes least often, so that every run stays within its minutes. */
const inFullRunsOnly = [
  'mount.spec.ts',
  'cached.spec.ts',
  'ending.spec.ts',
  'field.spec.ts',
  // `npm run test:memory` looks at more than it, in every run.
  'memory.spec.ts',
  'prepared.spec.ts',
  'spare.spec.ts',
  'watched.spec.ts',
  'hostile/frame-changes.spec.ts',
  'hostile/framing.spec.ts',
  'hostile/globals.spec.ts',
  'hostile/input.spec.ts',
  'hostile/navigation.spec.ts',
  'hostile/same-page.spec.ts',
  'hostile/side-channels.spec.ts',
];

const launch = (executablePath: string): { launchOptions: object } => ({
  launchOptions: { executablePath, chromiumSandbox: false },
});

// A test that passes the second time is a defect, so there is no second time.
export default defineConfig({
  testDir: '.',
  testMatch: '*.spec.ts',
  outputDir: '../build/e2e',
  fullyParallel: true,
  forbidOnly: true,
  retries: 0,
  workers: 2,
  timeout: 30_000,
  expect: { timeout: 10_000 },
  reporter: [['list'], ['json', { outputFile: '../build/e2e.json' }]],
  use: {
    // Recording costs as much time as the tests.
    trace: process.env['BYOK_TRACE'] === undefined ? 'off' : 'retain-on-failure',
    contextOptions: { reducedMotion: 'reduce' },
  },
  projects: [
    {
      name: 'chromium',
      use: { ...devices['Desktop Chrome'], ...launch(full ? stockChromium : chromiumShell) },
      ...(full ? {} : { grepInvert: byItself, testIgnore: inFullRunsOnly }),
    },
    {
      name: 'pixel7',
      use: { ...devices['Pixel 7'], ...launch(chromiumShell) },
      testIgnore: ['argon2.spec.ts', 'memory.spec.ts', 'library.spec.ts', /e2e\/hostile\//],
      ...(full ? {} : { testMatch: 'flows.spec.ts', grep: byItself }),
    },
  ],
});
