/** Every page, at phone and desktop width, light and dark: no axe violation, and a picture to look at. */
import { AxeBuilder, expect, type Page, test } from '../../hosting/browser-testing'
import { seedPrices, seedShops, seedSource } from './seeding'
import { createMerchant, type Merchant, putDocument, signIn } from './system'

const PUBLIC = ['/sign-in', '/sign-up', '/forgot-password', '/terms', '/privacy']

function pagesOf({ uid }: Merchant): Record<string, string> {
  const source = `/m/${uid}/s/csv/seeded`
  return {
    overview: `/m/${uid}`,
    uploads: `/m/${uid}/uploads`,
    'new-upload': `/m/${uid}/uploads/new`,
    upload: `/m/${uid}/uploads/seeded`,
    'upload-cut-off': `/m/${uid}/uploads/waiting`,
    'upload-mapping': `/m/${uid}/uploads/unclear`,
    'upload-running': `/m/${uid}/uploads/running`,
    'upload-checked': `/m/${uid}/uploads/tried`,
    'upload-failed': `/m/${uid}/uploads/unfit`,
    shops: `/m/${uid}/shops`,
    'shop-connect': `/m/${uid}/shops/connect`,
    shop: `/m/${uid}/shops/woocommerce/wool`,
    'shop-expired': `/m/${uid}/shops/shopify/tea`,
    'shop-failed': `/m/${uid}/shops/magento/books`,
    'shop-let-go': `/m/${uid}/shops/flipkart/soap`,
    segments: source,
    map: `${source}?tab=map`,
    behaviour: `${source}?tab=behaviour`,
    feelings: `${source}?tab=feelings`,
    value: `${source}?tab=value`,
    segment: `${source}/segments/brand-loyal-confident`,
    customers: `${source}/customers`,
    customer: `${source}/customer?id=C000001`,
    'customer-missing': `${source}/customer?id=nobody`,
    report: `${source}/report`,
    prices: `${source}/prices`,
    'prices-first': `/m/${uid}/s/csv/autumn/prices`,
    rules: `${source}/prices/rules`,
    rule: `${source}/prices/rules/thanks`,
    'rule-new': `${source}/prices/rules/new`,
    products: `${source}/prices/products`,
    quotes: `${source}/prices/quotes?customer=C000001&product=p1`,
    elasticity: `${source}/prices/elasticity`,
    'price-tests': `${source}/prices/tests`,
    'price-test': `${source}/prices/tests/running`,
    'price-test-draft': `${source}/prices/tests/draft`,
    effects: `${source}/prices/effects`,
    limits: `${source}/prices/limits`,
    keys: `/m/${uid}/keys`,
    compare: `/m/${uid}/compare?a=csv:seeded&b=csv:autumn`,
    team: `/m/${uid}/team`,
    settings: `/m/${uid}/settings`,
    'accept-invite': `/accept-invite?owner=${uid}&invitation=i&token=t`,
    missing: `/m/${uid}/nowhere`,
  }
}

/** By the action of an upload that asks it. */
const DIALOGS = [
  ['rename-dialog', 'Rename'],
  ['regenerate-dialog', 'Generate segments again'],
  ['delete-dialog', 'Delete'],
] as const

async function settle(page: Page): Promise<void> {
  await page.waitForLoadState('load')
  await expect(page.getByRole('heading').first()).toBeVisible()
  await expect(page.locator('.animate-pulse')).toHaveCount(0)
}

async function problemsOf(page: Page, name: string): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page })
    .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'])
    .analyze()
  const found = violations.map(({ id, nodes }) => {
    const where = nodes.map((node) => node.target.join(' ')).slice(0, 3)
    return `${name}: ${id}: ${where.join(' | ')}`
  })
  const overflow = await page.evaluate(
    () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
  )
  return overflow > 0 ? [...found, `${name}: scrolls sideways by ${overflow} pixels`] : found
}

/** Colours change within a frame, also on a machine that is slow to make one. */
async function untilPainted(page: Page): Promise<void> {
  await page.evaluate(async () => {
    const frame = () => new Promise((done) => requestAnimationFrame(done))
    await frame()
    await frame()
    await Promise.allSettled(document.getAnimations().map(({ finished }) => finished))
  })
}

/** Look at the page as it is, light and dark: a picture and the problems of each. */
async function look(page: Page, name: string): Promise<string[]> {
  const problems: string[] = []
  for (const scheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme: scheme })
    await expect(page.locator('html')).toHaveClass(scheme === 'dark' ? /dark/ : /^(?!.*dark)/)
    await untilPainted(page)
    problems.push(...(await problemsOf(page, `${name}, ${scheme}`)))
    const width = page.viewportSize()?.width
    await page.screenshot({
      path: `${import.meta.dirname}/screenshots/${name}-${width}-${scheme}.png`,
      fullPage: true,
    })
  }
  return problems
}

for (const [width, height] of [
  [390, 844],
  [1440, 900],
] as const) {
  test(`pages at ${width} pixels, light and dark`, async ({ browser }) => {
    const context = await browser.newContext({ viewport: { width, height }, reducedMotion: 'reduce' })
    const page = await context.newPage()
    const problems: string[] = []
    for (const path of PUBLIC) {
      await page.goto(path)
      await settle(page)
      problems.push(...(await look(page, path.slice(1))))
    }
    const merchant = await createMerchant()
    await Promise.all([
      seedSource(merchant.uid),
      seedSource(merchant.uid, { uploadId: 'autumn', label: 'Autumn orders', texts: false }),
      seedPrices(merchant.uid),
      seedShops(merchant.uid),
      seedJobs(merchant.uid),
    ])
    await signIn(page, merchant)
    for (const [name, path] of Object.entries(pagesOf(merchant))) {
      await page.goto(path)
      await settle(page)
      problems.push(...(await look(page, name)))
    }
    for (const [name, item] of DIALOGS) {
      await page.goto(`/m/${merchant.uid}/uploads/seeded`)
      await page.getByRole('button', { name: /Actions for/ }).click()
      await page.getByRole('menuitem', { name: item }).click()
      await expect(page.getByRole(name === 'delete-dialog' ? 'alertdialog' : 'dialog')).toBeVisible()
      problems.push(...(await look(page, name)))
    }
    await context.close()
    expect(problems).toEqual([])
  })
}

async function seedJobs(uid: string): Promise<void> {
  const upload = {
    file_name: 'orders.csv',
    label: 'Orders',
    generate_segments: true,
    created_at: new Date(),
    uploaded_by: uid,
    column_mapping: null,
    options: {},
    based_on: null,
  }
  await Promise.all([
    putDocument(`users/${uid}/csv_uploads/waiting`, { ...upload, status: 'waiting_for_file' }),
    putDocument(`users/${uid}/csv_uploads/running`, {
      ...upload,
      status: 'running',
      stage: 'clustering',
      progress: 63,
      counts: { rows: 40_348, customers: 5000, texts: 3120 },
    }),
    putDocument(`users/${uid}/csv_uploads/tried`, {
      ...upload,
      status: 'checked',
      options: { dry_run: true },
      based_on: { upload_id: 'seeded', mode: 'append' },
      report: {
        rows_read: 120,
        rows_accepted: 118,
        rows_rejected: 2,
        rejected_by_code: { 'bad-date': 2 },
        changes: { new: 40, updated: 3, unchanged: 75, rejected: 2, new_customers: 12 },
      },
    }),
    putDocument(`users/${uid}/csv_uploads/unfit`, {
      ...upload,
      status: 'failed',
      error: {
        code: 'no-rows',
        message: 'This file has a header, but no rows.',
        hint: 'Export it again with its rows.',
      },
    }),
    putDocument(`users/${uid}/csv_uploads/unclear`, {
      ...upload,
      status: 'needs_mapping',
      error: {
        code: 'mapping-needed',
        message: 'No column clearly says who the customer is (customer_id or email).',
        hint: 'Say which column holds each field.',
      },
      detected: {
        columns: ['Ref', 'When', 'Sum'],
        mapping: { amount: { column: 'Sum', confidence: 0.62, alternatives: [] } },
      },
    }),
  ])
}
