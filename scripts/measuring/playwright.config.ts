import { defineConfig } from '../../hosting/browser-testing'
import browserTests from '../../tests/browser/playwright.config'

/** The browser of the tests, one page at a time, for figures instead of checks. */
export default defineConfig(browserTests, {
  testDir: '.',
  outputDir: '../../.kindred/measuring',
  fullyParallel: false,
  workers: 1,
  reporter: [['dot']],
})
