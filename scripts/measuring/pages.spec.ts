/** What scrolling and panning take of the main thread, beside the least that a page could do. */
import { writeFile } from 'node:fs/promises'

import { type CDPSession, expect, type ElementHandle, type Page, test } from '../../hosting/browser-testing'
import { seedSource } from '../../tests/browser/seeding'
import { createMerchant, signIn } from '../../tests/browser/system'

const ROUNDS = 5
const FRAMES = 80
const STEP = 300 // pixels a frame: 18,000 a second, a hard flick

interface Figure {
  what: string
  beside: string
  /** Milliseconds of the main thread a frame; medians over all rounds. */
  ms: number
  bare_ms: number
  ratio: number
}

test('scrolling and panning', async ({ page }) => {
  const merchant = await createMerchant()
  await seedSource(merchant.uid, { customers: 50_000, wide: true })
  await signIn(page, merchant)
  const source = `/m/${merchant.uid}/s/csv/seeded`
  const cdp = await page.context().newCDPSession(page)
  await cdp.send('Performance.enable', { timeDomain: 'threadTicks' }) // processor time: others don't count
  const figures = [await measureScrolling(page, cdp, source), await measurePanning(page, cdp, source)]
  for (const { what, beside, ms, bare_ms, ratio } of figures) {
    console.log(`\n${what}: ${ratio.toFixed(2)} times ${beside} (${ms.toFixed(2)} and ${bare_ms.toFixed(2)} ms a frame)`)
  }
  const file = process.env['KINDRED_FIGURES']
  if (file) await writeFile(file, `${JSON.stringify(figures, null, 1)}\n`)
})

async function measureScrolling(page: Page, cdp: CDPSession, source: string): Promise<Figure> {
  await page.goto(`${source}/customers?segment=brand-loyal-confident`)
  await page.getByRole('button', { name: 'Load all' }).click()
  await expect(page.getByText('11,000 of 11,000 loaded')).toBeVisible()
  const table = await handleOf(page, 'table', 'Customers of the segment')
  const bare = await table.evaluateHandle((element) => {
    const empty = document.createElement('div')
    const { width, height } = element.getBoundingClientRect()
    empty.style.cssText = `position: fixed; inset: 0 auto auto 0; overflow: auto; width: ${width}px; height: ${height}px`
    const inside = document.createElement('div')
    inside.style.cssText = `width: ${element.scrollWidth}px; height: ${element.scrollHeight}px`
    empty.append(inside)
    document.body.append(empty)
    return empty
  })
  const scroll = (element: HTMLElement, by: number) => element.scrollBy(0, by)
  return compare('scrolling 11,000 customers', 'an empty table of that height', [
    () => perFrame(cdp, table, scroll, [STEP, -STEP]),
    () => perFrame(cdp, bare, scroll, [STEP, -STEP]),
  ])
}

async function measurePanning(page: Page, cdp: CDPSession, source: string): Promise<Figure> {
  await page.goto(`${source}?tab=map`)
  const map = await handleOf(page, 'application', /Map of/)
  await expect(page.locator('.animate-pulse')).toHaveCount(0)
  const bare = await map.evaluateHandle((element) => {
    const canvas = element as HTMLCanvasElement
    const plain = document.createElement('canvas')
    plain.width = canvas.width
    plain.height = canvas.height
    plain.style.cssText = `position: fixed; inset: 0 auto auto 0; width: ${canvas.clientWidth}px`
    document.body.append(plain)
    const mark = document.createElement('canvas')
    mark.width = mark.height = 8
    mark.getContext('2d')?.fillRect(1, 1, 6, 6)
    const context = plain.getContext('2d')
    plain.addEventListener('keydown', () => {
      requestAnimationFrame(() => {
        context?.clearRect(0, 0, plain.width, plain.height)
        for (let at = 0; at < 5000; at += 1) {
          context?.drawImage(mark, (at * 7919) % plain.width, (at * 104_729) % plain.height)
        }
      })
    })
    return plain
  })
  const press = (element: HTMLElement, key: string) =>
    element.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true }))
  return compare('panning 5,000 customers', 'drawing 5,000 marks on a bare canvas', [
    () => perFrame(cdp, map, press, ['ArrowLeft', 'ArrowRight']),
    () => perFrame(cdp, bare, press, ['ArrowLeft', 'ArrowRight']),
  ])
}

async function handleOf(page: Page, role: 'table' | 'application', name: string | RegExp) {
  const found = page.getByRole(role, { name })
  await expect(found).toBeVisible()
  return found.evaluateHandle((element) => element as HTMLElement)
}

/** Both in turn, so that what else the machine does falls on both. */
async function compare(
  what: string,
  beside: string,
  [measured, bare]: [() => Promise<number[]>, () => Promise<number[]>],
): Promise<Figure> {
  const [own, other]: [number[], number[]] = [[], []]
  for (let round = 0; round < ROUNDS; round += 1) {
    own.push(...(await measured()))
    other.push(...(await bare()))
  }
  const [ms, bare_ms] = [median(own), median(other)]
  return { what, beside, ms, bare_ms, ratio: ms / bare_ms }
}

/** The main thread's processor time for each frame, in milliseconds: half of them there, half back. */
async function perFrame<T extends string | number>(
  cdp: CDPSession,
  element: ElementHandle<HTMLElement>,
  step: (element: HTMLElement, by: T) => unknown,
  [there, back]: [T, T],
): Promise<number[]> {
  const read = async (): Promise<number> => {
    const { metrics } = await cdp.send('Performance.getMetrics')
    return (metrics.find(({ name }) => name === 'TaskDuration')?.value ?? 0) * 1000
  }
  const frame = `new Promise((done) => requestAnimationFrame(() => setTimeout(done)))`
  const work: number[] = []
  for (let at = 0; at < FRAMES; at += 1) {
    const before = await read()
    await element.evaluate(step as (element: HTMLElement, by: string | number) => unknown, at < FRAMES / 2 ? there : back)
    await element.evaluate(frame)
    work.push((await read()) - before)
  }
  return work
}

function median(values: number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0
}
