import { defineConfig, devices } from '@playwright/test';

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
    launchOptions: { executablePath: '/usr/bin/chromium', chromiumSandbox: false },
    trace: 'retain-on-failure',
    contextOptions: { reducedMotion: 'reduce' },
  },
  projects: [
    { name: 'chromium', use: { ...devices['Desktop Chrome'] } },
    { name: 'pixel7', use: { ...devices['Pixel 7'] }, testIgnore: ['memory.spec.ts', 'library.spec.ts'] },
  ],
});
