import { defineConfig } from '../../hosting/browser-testing'
import browserTests from '../../tests/browser/playwright.config'

/** The browser of the tests, for pictures instead of checks. */
export default defineConfig(browserTests, { testDir: '.', outputDir: '../../.kindred/picturing' })
