/** From a shop's keys to its segments, and to nothing that is left of it. */
import { expect, type Page, test } from '../../hosting/browser-testing'
import { countCoupons, countDiscounts, openShop, type Shop } from './shops'
import {
  createMerchant,
  csv,
  documentsNaming,
  filesOf,
  isStored,
  JOB_MS,
  type Merchant,
  orders,
  readDocument,
  signIn,
  untilSegments,
  upload,
} from './system'

const open: Shop[] = []

test.afterAll(() => open.forEach((shop) => shop.end()))

async function connect(page: Page, { uid }: Merchant, platform: string, fill: Record<string, string>) {
  await page.goto(`/m/${uid}/shops`)
  await page.getByRole('link', { name: 'Connect a shop' }).click()
  await page.getByRole('radio', { name: platform, exact: true }).check()
  for (const [label, value] of Object.entries(fill)) await page.getByLabel(label).fill(value)
  await page.getByRole('button', { name: 'Connect' }).click()
  await expect(page).toHaveURL(new RegExp(`/shops/${platform.toLowerCase()}/`))
}

/** The shop's first sync has come to segments; throws as soon as it has failed. */
async function untilSynced(page: Page): Promise<void> {
  const segments = page.getByRole('link', { name: 'See the segments' })
  const failure = page.getByRole('alert').filter({ hasText: /\S/ })
  await expect(segments.or(failure).first()).toBeVisible({ timeout: JOB_MS })
  if (!(await segments.isVisible())) throw new Error(await failure.first().innerText())
}

/** A discount for the first segment: planned, shown, made, seen in the shop, taken back, gone. */
async function giveDiscount(page: Page, count: () => Promise<number>, product?: string): Promise<void> {
  const title = product ? 'A pot of it' : 'For our regulars'
  expect(await count()).toBe(0)
  await page.getByRole('button', { name: 'New discount' }).click()
  await page.getByLabel('Title').fill(title)
  if (product) {
    await page.getByRole('radio', { name: /^A draft order/ }).check()
    await page.getByLabel('Other products').fill(product)
  }
  const wide = await page.getByRole('dialog').evaluate((one) => one.scrollWidth - one.clientWidth)
  expect(wide, 'the dialog scrolls sideways').toBe(0)
  await page.getByRole('button', { name: 'Show the plan' }).click()
  const plan = page.getByRole('dialog', { name: `The plan for “${title}”` })
  await expect(plan).toContainText('Nothing has been done yet.')
  await expect(plan).toContainText(product ? '10 % off on 1 product' : '10 % off everything')
  expect(await count()).toBe(0)
  await plan.getByRole('button', { name: 'Make it in the shop' }).click()
  const row = page.getByRole('list', { name: 'Discounts' }).getByRole('listitem').filter({ hasText: title })
  await expect(row.getByText('Live', { exact: true })).toBeVisible({ timeout: JOB_MS })
  expect(await count()).toBeGreaterThan(0)
  await row.getByRole('button', { name: 'Take it back' }).click()
  await page.getByRole('alertdialog').getByRole('button', { name: 'Take it back' }).click()
  await expect(row.getByText('Taken back', { exact: true })).toBeVisible({ timeout: JOB_MS })
  expect(await count()).toBe(0)
}

test('a WooCommerce shop is connected, synced, looked at, compared with a file, and let go', async ({ page }) => {
  const shop = await openShop('woocommerce', 40, 3)
  open.push(shop)
  const merchant = await createMerchant()
  await signIn(page, merchant)
  await connect(page, merchant, 'WooCommerce', {
    'Address of the shop': shop.said['address'] ?? '',
    'Consumer key (starts with ck_)': shop.said['consumer key'] ?? '',
    'Consumer secret (starts with cs_)': shop.said['consumer secret'] ?? '',
    'Name in Kindred': 'Wool shop',
  })
  await expect(page.getByRole('heading', { level: 1, name: 'Wool shop' })).toBeVisible()
  const place = page.url()
  const id = place.split('/').at(-1) ?? ''
  await untilSynced(page)
  const streams = page.getByRole('group', { name: 'What has been read' })
  await expect(streams.getByRole('row', { name: /^Orders/ })).toContainText('Up to date')
  await expect(streams.getByRole('row', { name: /^Orders/ })).toContainText('40')

  // Its segments stand in the blue section, and no file's are among them.
  await page.getByRole('link', { name: 'See the segments' }).click()
  await expect(page.getByRole('heading', { name: 'Segments', level: 1 })).toBeVisible()
  await expect(page).toHaveURL(/\/s\/woocommerce\//)
  await upload(page, merchant, csv('orders.csv', orders(60)))
  await untilSegments(page)
  await page.getByRole('link', { name: 'Compare' }).click()
  await page.getByLabel('Left', { exact: true }).selectOption({ label: 'Wool shop' })
  await page.getByLabel('Right', { exact: true }).selectOption({ label: 'orders' })
  await expect(page.getByRole('heading', { name: 'Segment by segment' })).toBeVisible()

  // A second sync finds nothing new, and leaves the result as it is.
  const before = await readDocument(`users/${merchant.uid}/data_sources/${id}`)
  await page.goto(place)
  await page.getByRole('button', { name: 'Sync now' }).click()
  await expect
    .poll(async () => (await readDocument(`users/${merchant.uid}/data_sources/${id}`))['synced_at'], { timeout: JOB_MS })
    .not.toEqual(before['synced_at'])
  await expect(page.getByRole('button', { name: 'Sync now' })).toBeEnabled({ timeout: JOB_MS })
  await untilSynced(page)
  const after = await readDocument(`users/${merchant.uid}/data_sources/${id}`)
  expect(after['current_run']).toEqual(before['current_run'])

  await giveDiscount(page, () => countCoupons(shop))

  await page.getByRole('button', { name: 'More about Wool shop' }).click()
  await page.getByRole('menuitem', { name: 'Disconnect' }).click()
  await page.getByRole('alertdialog').getByRole('button', { name: 'Disconnect' }).click()
  await expect(page.getByText('Disconnected', { exact: true })).toBeVisible()
  await expect(page.getByRole('button', { name: 'Sync now' })).toHaveCount(0)
  expect(await isStored(`users/${merchant.uid}/data_sources/${id}/secrets/credentials`)).toBe(false)
  await expect(page.getByRole('link', { name: 'See the segments' })).toBeVisible()
  expect(await documentsNaming(merchant.uid, id)).not.toEqual([])
  expect(await filesOf(merchant.uid, 'woocommerce', id)).not.toEqual([])

  await page.getByRole('button', { name: 'More about Wool shop' }).click()
  await page.getByRole('menuitem', { name: 'Delete' }).click()
  await page.getByRole('alertdialog').getByRole('button', { name: 'Delete' }).click()
  await expect(page).toHaveURL(/\/shops$/)
  await expect(page.getByText('No shop is connected')).toBeVisible({ timeout: JOB_MS })
  expect(await documentsNaming(merchant.uid, id)).toEqual([])
  expect(await filesOf(merchant.uid, 'woocommerce', id)).toEqual([])
})

/** By what a merchant has: the choice, and where its values come from. */
const WAYS = {
  'an app’s client id and secret': [
    /client id and secret/,
    { 'Client id': 'client ID', 'Client secret': 'client secret' },
  ],
  'an access token': [/access token/, { 'Access token': 'access token' }],
} as const

for (const [name, [way, fields]] of Object.entries(WAYS)) {
  test(`a Shopify shop is connected with ${name}, and synced`, async ({ page }) => {
    const shop = await openShop('shopify', 40, 4)
    open.push(shop)
    const merchant = await createMerchant()
    await signIn(page, merchant)
    await page.setViewportSize({ width: 390, height: 844 })
    await page.goto(`/m/${merchant.uid}/shops/connect`)
    await page.getByLabel('Address of the shop').fill(shop.said['shop'] ?? '')
    await page.getByRole('radio', { name: way }).check()
    for (const [label, said] of Object.entries(fields)) {
      await page.getByLabel(label, { exact: true }).fill(shop.said[said] ?? '')
    }
    await page.getByRole('button', { name: 'Connect' }).click()
    await expect(page).toHaveURL(/\/shops\/shopify\//)
    await expect(page.getByRole('progressbar', { name: 'Progress of the job' })).toBeVisible()
    await untilSynced(page)
    await expect(page.getByRole('heading', { name: 'What this shop gives' })).toBeVisible()
    await giveDiscount(page, () => countDiscounts(shop))
    await giveDiscount(page, () => countDiscounts(shop), '6000')
    await page.getByRole('link', { name: 'See the segments' }).click()
    await expect(page).toHaveURL(/\/s\/shopify\//)
    await expect(page.getByRole('heading', { name: 'Segments', level: 1 })).toBeVisible()
  })
}

test('a wrong key is refused with what to do, and nothing is stored', async ({ page }) => {
  const shop = await openShop('woocommerce', 20, 3)
  open.push(shop)
  const merchant = await createMerchant()
  await signIn(page, merchant)
  await page.goto(`/m/${merchant.uid}/shops/connect`)
  await page.getByRole('radio', { name: 'WooCommerce', exact: true }).check()
  await page.getByLabel('Address of the shop').fill(shop.said['address'] ?? '')
  await page.getByLabel('Consumer key (starts with ck_)').fill(`ck_${'0'.repeat(40)}`)
  await page.getByLabel('Consumer secret (starts with cs_)').fill(`cs_${'0'.repeat(40)}`)
  await page.getByRole('button', { name: 'Connect' }).click()
  await expect(page.getByRole('alert').filter({ hasText: /key/i })).toBeVisible()
  await page.goto(`/m/${merchant.uid}/shops`)
  await expect(page.getByText('No shop is connected')).toBeVisible()
})
