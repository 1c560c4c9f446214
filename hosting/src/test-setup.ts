import '@testing-library/jest-dom/vitest'

import { cleanup, configure } from '@testing-library/react'
import { afterEach } from 'vitest'

afterEach(cleanup)

// A test waits for what comes, however slow the machine is; this is for what never comes.
configure({ asyncUtilTimeout: 60_000 })

// jsdom lays nothing out: it has no scrolling, and the router scrolls to the top of each page.
if (typeof window !== 'undefined') window.scrollTo = () => undefined

// Nor does anything ever change its size.
globalThis.ResizeObserver ??= class {
  observe(): void {}
  unobserve(): void {}
  disconnect(): void {}
}
