/** What the tests in `tests/browser` are made with; they lie outside of these node_modules. */
export { default as AxeBuilder } from '@axe-core/playwright'
export * from '@playwright/test'
