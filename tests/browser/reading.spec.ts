/** What the browser asks of Firestore, and how it holds up with many customers. */
import { expect, type Locator, type Page, test } from '../../hosting/browser-testing'
import { seedSource } from './seeding'
import { createMerchant, csv, orders, signIn, untilSegments, upload } from './system'

interface Target {
  documents?: { documents: string[] }
  query?: {
    parent: string
    structuredQuery: {
      from: { collectionId: string; allDescendants?: boolean }[]
      limit?: number | { value: number }
      startAt?: unknown
      endAt?: unknown
    }
  }
}

interface Requests {
  /** What is listened to or read, as it goes over the wire. */
  targets: Target[]
  /** Documents that are written. */
  writes: string[]
  /** Objects of Storage, by their decoded names. */
  files: string[]
  calls: { name: string; data: Record<string, unknown> }[]
  /** Requests of no kind that the app is known to make. */
  unknown: string[]
}

const HOSTS = {
  page: process.env['HOSTING_URL'] ?? 'http://127.0.0.1:5000',
  auth: `http://${process.env['FIREBASE_AUTH_EMULATOR_HOST'] ?? '127.0.0.1:9099'}`,
  firestore: `http://${process.env['FIRESTORE_EMULATOR_HOST'] ?? '127.0.0.1:8080'}`,
  storage: `http://${process.env['FIREBASE_STORAGE_EMULATOR_HOST'] ?? '127.0.0.1:9199'}`,
  functions: new URL(process.env['FUNCTIONS_BASE_URL'] ?? 'http://127.0.0.1:5001').origin,
}

/** Everything that the page asks anybody for. */
function recordRequests(page: Page): Requests {
  const found: Requests = { targets: [], writes: [], files: [], calls: [], unknown: [] }
  page.on('request', (request) => {
    const { origin, pathname, searchParams } = new URL(request.url())
    if (!request.url().startsWith('http')) return // blob: and data: are the page's own
    if (origin === HOSTS.page || origin === HOSTS.auth || request.method() === 'OPTIONS') return
    if (origin === HOSTS.firestore && pathname.endsWith('/channel')) {
      for (const [key, value] of new URLSearchParams(request.postData() ?? '')) {
        if (!key.endsWith('___data__')) continue
        const sent = JSON.parse(value) as {
          addTarget?: Target
          writes?: { update?: { name: string }; delete?: string }[]
        }
        if (sent.addTarget) found.targets.push(sent.addTarget)
        for (const write of sent.writes ?? []) found.writes.push(write.update?.name ?? write.delete ?? '')
      }
    } else if (origin === HOSTS.storage) {
      const name = /\/o\/(.+)$/.exec(pathname)?.[1] ?? searchParams.get('name') ?? ''
      found.files.push(decodeURIComponent(name))
    } else if (origin === HOSTS.functions) {
      const { data } = request.postDataJSON() as { data: Record<string, unknown> }
      found.calls.push({ name: pathname.split('/').at(-1) ?? '', data })
    } else found.unknown.push(request.url())
  })
  return found
}

test('asks only for the merchant’s own tree, and for no whole collection', async ({ page }) => {
  const merchant = await createMerchant()
  await Promise.all([
    seedSource(merchant.uid, { customers: 4000 }),
    seedSource(merchant.uid, { uploadId: 'autumn', label: 'Autumn orders' }),
  ])
  const asked = recordRequests(page)
  await signIn(page, merchant)
  const source = `/m/${merchant.uid}/s/csv/seeded`
  for (const path of [
    `/m/${merchant.uid}`,
    `/m/${merchant.uid}/uploads`,
    `/m/${merchant.uid}/uploads/seeded`,
    source,
    `${source}?tab=map`,
    `${source}?tab=behaviour`,
    `${source}?tab=feelings`,
    `${source}?tab=value`,
    `${source}/segments/one-time`,
    `${source}/customers?segment=one-time`,
    `${source}/customer?id=C000007`,
    `${source}/report`,
    `/m/${merchant.uid}/compare?a=csv:seeded&b=csv:autumn`,
    `/m/${merchant.uid}/team`,
    `/m/${merchant.uid}/settings`,
  ]) {
    await page.goto(path)
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible()
    await expect(page.locator('.animate-pulse')).toHaveCount(0)
  }
  await upload(page, merchant, csv('walk.csv', orders(20)))
  await untilSegments(page)
  await page.getByRole('button', { name: 'Export' }).click()
  await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('menuitem', { name: 'Customers as CSV' }).click(),
  ])

  const root = `projects/demo-kindred/databases/(default)/documents/users/${merchant.uid}`
  const isOwn = (name: string): boolean => name === root || name.startsWith(`${root}/`)
  expect(asked.unknown).toEqual([])
  expect(asked.targets.length).toBeGreaterThan(20)
  const single = asked.targets.flatMap(({ documents }) => documents?.documents ?? [])
  expect(single.filter((name) => !isOwn(name))).toEqual([])
  // The page of a customer asks once, by get_customer, and reads no index, page or segment itself.
  expect(single.filter((name) => /\/(customer_index|customers|csv_segments)\//.test(name))).toEqual([])
  expect(asked.calls.filter(({ name }) => name === 'get_customer')).toHaveLength(1)
  for (const { query } of asked.targets) {
    if (!query) continue
    expect(isOwn(query.parent), query.parent).toBe(true)
    const { from, limit, startAt, endAt } = query.structuredQuery
    expect(from.some((one) => one.allDescendants), JSON.stringify(from)).toBe(false)
    expect(limit, JSON.stringify(query)).toBeTruthy()
    if (/segments|customers/.test(from[0]?.collectionId ?? '')) {
      expect(startAt && endAt, JSON.stringify(query)).toBeTruthy()
    }
  }
  expect(asked.writes.length).toBeGreaterThan(0)
  expect(asked.writes.filter((name) => !isOwn(name))).toEqual([])
  expect(asked.files.length).toBeGreaterThan(1)
  const ownFile = new RegExp(`^(csv_uploads/${merchant.uid}/|derived/${merchant.uid}/csv/[^/]+/exports/)`)
  expect(asked.files.filter((name) => !ownFile.test(name))).toEqual([])
  expect(asked.calls.map(({ name }) => name)).toEqual(
    expect.arrayContaining(['get_customer', 'compare_sources', 'preview_upload', 'export_segments']),
  )
  const named = JSON.stringify(asked.calls.map(({ data }) => data)).matchAll(/"(?:owner_)?uid":"([^"]+)"/g)
  expect([...named].filter(([, uid]) => uid !== merchant.uid)).toEqual([])
})

test('finds one of 50,000 customers by one read, and moves only what comes into sight', async ({ page }) => {
  const merchant = await createMerchant()
  await seedSource(merchant.uid, { customers: 50_000, wide: true })
  await signIn(page, merchant)
  const source = `/m/${merchant.uid}/s/csv/seeded`
  const asked = recordRequests(page)

  await page.goto(`${source}/customers?segment=brand-loyal-confident`)
  await expect(page.getByText('500 of 11,000 loaded')).toBeVisible()
  const [before, called] = [asked.targets.length, asked.calls.length]
  await page.getByLabel('Find by customer id').fill('C049999')
  await page.getByRole('button', { name: 'Find', exact: true }).click()
  await expect(page.getByRole('heading', { name: 'C049999' })).toBeVisible()
  const found = asked.targets.slice(before)
  const read = new Set(found.flatMap(({ documents }) => documents?.documents ?? []))
  const readOf = (collection: string) => [...read].filter((name) => name.split('/').at(-2) === collection)
  expect(readOf('customer_index'), 'where the customer is').toHaveLength(1)
  expect(readOf('customers'), 'the page asks the server, once').toEqual([])
  expect(asked.calls.slice(called).map(({ name }) => name)).toEqual(['get_customer'])
  const queried = found.flatMap(({ query }) => query?.structuredQuery.from ?? [])
  expect(queried.filter(({ collectionId }) => /customer/.test(collectionId))).toEqual([])

  await page.goto(`${source}/customers?segment=brand-loyal-confident`)
  await page.getByRole('button', { name: 'Sort by Orders' }).click() // too large to be loaded unasked
  await expect(page.getByText(/Only the 500 best customers of 11,000 are sorted/)).toBeVisible()
  await page.getByRole('button', { name: 'Load all' }).click()
  await expect(page.getByText('11,000 of 11,000 loaded')).toBeVisible()
  const settled = countOf(asked)
  const table = page.getByRole('table', { name: 'Customers of the segment' })
  const steps = await scroll(table, { times: 80, by: 300 })
  const top = await table.evaluate((element) => element.scrollTop)
  expect(top).toBe(80 * 300)
  await expect(table.locator(`[aria-rowindex="${Math.ceil(top / 38) + 5}"]`)).toBeVisible()
  expect(Math.max(...steps.map(({ rows }) => rows)), 'rows on the page').toBeLessThan(60)
  expect(Math.max(...steps.map(({ cells }) => cells)), 'cells on the page').toBeLessThan(60 * 20)
  const changes = steps.reduce((sum, step) => sum + step.changes, 0)
  // A row comes and a row goes for each 38 pixels; the others are left as they are.
  expect(changes / ((80 * 300) / 38), 'changes for each row that came').toBeLessThan(4)
  expect(countOf(asked), 'nothing is asked for').toBe(settled)

  await page.goto(`${source}?tab=map`)
  const map = page.getByRole('application', { name: /Map of/ })
  await expect(map).toBeVisible()
  await expect(page.locator('.animate-pulse')).toHaveCount(0)
  const shown = countOf(asked)
  const [, whole] = await press(map, ['+', '0'])
  expect(whole?.marks, 'all customers of the map').toBeGreaterThan(4900)
  const panned = await press(map, Array.from({ length: 40 }, (_, at) => (at < 20 ? 'ArrowLeft' : 'ArrowRight')))
  for (const { redraws, marks, changes: changed } of panned) {
    expect(redraws).toBe(1)
    expect(marks, 'those that came into sight').toBeLessThan(1000)
    expect(changed, 'beside the canvas').toBe(0)
  }
  expect(Math.max(...panned.map(({ marks }) => marks))).toBeGreaterThan(1)
  const [burst] = await press(map, ['ArrowLeft ArrowLeft ArrowLeft ArrowLeft ArrowLeft'])
  expect(burst?.redraws, 'five keys in one frame').toBe(1)
  expect(countOf(asked), 'nothing is asked for').toBe(shown)
})

function countOf({ targets, writes, files, calls, unknown }: Requests): number {
  return targets.length + writes.length + files.length + calls.length + unknown.length
}

/** What is on the page after each step of scrolling, and how often it was changed on the way. */
function scroll(
  table: Locator,
  { times, by }: { times: number; by: number },
): Promise<{ rows: number; cells: number; changes: number }[]> {
  return table.evaluate(
    async (element, [steps, pixels]) => {
      const frame = () => new Promise((done) => requestAnimationFrame(() => setTimeout(done)))
      let changes = 0
      const observer = new MutationObserver((records) => {
        changes += records.length
      })
      observer.observe(element, { subtree: true, childList: true, attributes: true, characterData: true })
      const found = []
      for (let step = 0; step < steps; step += 1) {
        changes = 0
        element.scrollBy(0, pixels)
        await frame()
        await frame()
        const rows = element.querySelectorAll('[role=row]').length
        const cells = element.querySelectorAll('[role=cell]').length
        found.push({ rows, cells, changes })
      }
      observer.disconnect()
      return found
    },
    [times, by] as const,
  )
}

/** For each of `strokes` (keys of one frame): how often a canvas was drawn, and with how many marks. */
function press(
  map: Locator,
  strokes: string[],
): Promise<{ redraws: number; marks: number; changes: number }[]> {
  return map.evaluate(async (element, keys) => {
    const frame = () => new Promise((done) => requestAnimationFrame(() => setTimeout(done)))
    const painting = CanvasRenderingContext2D.prototype
    const { clearRect, drawImage } = painting
    let [redraws, marks, changes] = [0, 0, 0]
    painting.clearRect = function count(...area) {
      redraws += 1
      clearRect.apply(this, area)
    }
    painting.drawImage = function count(...what: unknown[]) {
      marks += 1
      Reflect.apply(drawImage, this, what)
    }
    const observer = new MutationObserver((records) => {
      changes += records.length
    })
    const around = element.parentElement ?? element
    observer.observe(around, { subtree: true, childList: true, attributes: true, characterData: true })
    const found = []
    for (const stroke of keys) {
      ;[redraws, marks, changes] = [0, 0, 0]
      for (const key of stroke.split(' ')) {
        element.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true }))
      }
      await frame()
      await frame()
      found.push({ redraws, marks, changes })
    }
    observer.disconnect()
    Object.assign(painting, { clearRect, drawImage })
    return found
  }, strokes)
}
