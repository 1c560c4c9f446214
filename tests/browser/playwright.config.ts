import { defineConfig } from '../../hosting/browser-testing'

/** Runs inside `scripts/test`, which starts the system and names its addresses. */
export default defineConfig({
  testDir: '.',
  outputDir: './results',
  // For what hangs: a test waits for what a page shows, however long that takes.
  timeout: 1_800_000,
  expect: { timeout: 240_000 },
  fullyParallel: true, // each test has a merchant of its own
  workers: 2,
  retries: 0,
  reporter: [['list']],
  use: {
    actionTimeout: 240_000,
    navigationTimeout: 240_000,
    baseURL: process.env['HOSTING_URL'] ?? 'http://127.0.0.1:5000',
    locale: 'en-GB',
    timezoneId: 'Europe/Berlin',
    viewport: { width: 1440, height: 900 },
    screenshot: 'only-on-failure',
    trace: 'off',
    launchOptions: {
      executablePath: process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium',
      args: [
        '--no-sandbox',
        '--disable-gpu',
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
      ],
    },
  },
})
