/** The sample shop from upload to customer, with a picture of each screen that the README shows. */
import { expect, type Page, test } from '../../hosting/browser-testing'
import { createMerchant, sample, signIn, upload } from '../../tests/browser/system'

const FOLDER = `${import.meta.dirname}/../../docs/images`
const SIZES = { desktop: { width: 1280, height: 800 }, phone: { width: 390, height: 844 } }

test.use({ colorScheme: 'light', contextOptions: { reducedMotion: 'reduce' } })
test.setTimeout(300_000)

type Device = keyof typeof SIZES

/** Pictures of a page, or of what begins with a heading of it. */
async function take(
  page: Page,
  url: string,
  name: string,
  { on = ['desktop', 'phone'], heading }: { on?: Device[]; heading?: string | undefined } = {},
): Promise<void> {
  for (const device of on) {
    await page.setViewportSize(SIZES[device])
    await page.goto(url)
    await expect(page.getByRole('heading').first()).toBeVisible()
    await expect(page.locator('.animate-pulse')).toHaveCount(0, { timeout: 30_000 })
    if (heading) {
      await page.getByRole('heading', { name: heading }).evaluate((element) => {
        element.style.scrollMarginTop = '100px'
        element.scrollIntoView({ block: 'start' })
      })
    }
    await page.evaluate(() => document.fonts.ready)
    await page.screenshot({ path: `${FOLDER}/${name}-${device}.png`, animations: 'disabled' })
  }
}

test('pictures of a run of the sample shop', async ({ page }) => {
  const merchant = await createMerchant('Demo shop')
  await signIn(page, merchant)
  await upload(page, merchant, sample('fashion-shop.csv'))
  await expect(page).toHaveURL(/\/uploads\/(?!new$)[\w-]+$/)
  const uploaded = page.url()
  await expect(page).toHaveURL(/\/s\/csv\//, { timeout: 200_000 })
  await expect(page.getByRole('heading', { name: 'Segments', level: 1 })).toBeVisible()
  const segments = page.url()

  await page.getByRole('listitem').getByRole('heading', { level: 2 }).first().getByRole('link').click()
  await expect(page.getByRole('heading', { name: 'Why this is a group' })).toBeVisible()
  const segment = page.url()
  await page.getByRole('link', { name: /See all/ }).click()
  const table = page.getByRole('table', { name: 'Customers of the segment' })
  await table.getByRole('rowheader').first().getByRole('button').click()
  await expect(page.getByRole('heading', { name: 'History' })).toBeVisible()
  const customer = page.url()

  await take(page, segments, 'segments')
  await take(page, segment, 'segment')
  await take(page, customer, 'customer')
  await take(page, uploaded, 'upload')
  const chart = { map: 'Customers by likeness', behaviour: 'Orders over time', feelings: undefined }
  for (const [tab, heading] of Object.entries(chart)) {
    await take(page, `${segments}?tab=${tab}`, tab, { on: ['desktop'], heading })
  }
})
