import { defineConfig } from '../../hosting/browser-testing'

/** Runs inside `scripts/test`, which starts the system and names its addresses. */
export default defineConfig({
  testDir: '.',
  outputDir: './results',
  timeout: 120_000,
  expect: { timeout: 15_000 },
  workers: 1, // the system under test has one worker too
  retries: 0,
  reporter: [['list']],
  use: {
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
