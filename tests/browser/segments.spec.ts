/** The analysis screens over a finished source. */
import { expect, test } from '../../hosting/browser-testing'
import { seedSource } from './seeding'
import { createMerchant, signIn } from './system'

test('sorting and filtering look at the whole of a segment, page by page', async ({ page }) => {
  const merchant = await createMerchant()
  await seedSource(merchant.uid, { customers: 8000 })
  await signIn(page, merchant)
  await page.goto(`/m/${merchant.uid}/s/csv/seeded/customers?segment=one-time`)
  await expect(page.getByText('500 of 2,080 loaded')).toBeVisible()
  await page.getByRole('button', { name: 'Sort by Revenue' }).click()
  await page.getByRole('button', { name: 'Sort by Revenue' }).click() // the least first: the last page
  await expect(page.getByText('2,080 of 2,080 loaded')).toBeVisible()
  await expect(page).toHaveURL(/sort=monetary/)
  const table = page.getByRole('table', { name: 'Customers of the segment' })
  await expect(table.getByRole('rowheader').first()).toHaveText('C007119')
  await page.getByLabel('Filter this segment').fill('C0060')
  await expect(table.getByRole('rowheader').first()).toHaveText(/^C0060/)
  await page.reload() // the link holds all of it
  await expect(table.getByRole('rowheader').first()).toHaveText(/^C0060/)

  await page.getByLabel('Find by customer id').fill('C000001') // of another segment
  await page.getByRole('button', { name: 'Find', exact: true }).click()
  await expect(page.getByRole('heading', { name: 'C000001' })).toBeVisible()
})

test('a customer’s next best step is the server’s, and leads to the better segment', async ({ page }) => {
  const merchant = await createMerchant()
  await seedSource(merchant.uid)
  await signIn(page, merchant)
  await page.goto(`/m/${merchant.uid}/s/csv/seeded/customer?id=C000132`)
  await expect(
    page.getByText('One more order within 20 days moves this customer to Brand-Loyal Confident Buyers.'),
  ).toBeVisible()
  await page.getByRole('link', { name: 'See that segment' }).click()
  await expect(page.getByRole('heading', { name: 'Brand-Loyal Confident Buyers', level: 1 })).toBeVisible()
  await page.goto(`/m/${merchant.uid}/s/csv/seeded/customer?id=C000000`)
  await expect(page.getByText(/None of the changes we tried/)).toBeVisible()
})

test('a figure leads to the customers behind it', async ({ page }) => {
  const merchant = await createMerchant()
  await seedSource(merchant.uid)
  await signIn(page, merchant)
  await page.goto(`/m/${merchant.uid}/s/csv/seeded?tab=value`)
  const chart = page.getByRole('region', { name: 'Churn risk by segment' })
  await chart.getByRole('button', { name: 'Curious Browsers' }).click()
  await expect(page.getByRole('heading', { name: 'Curious Browsers', level: 1 })).toBeVisible()
  await page.getByRole('link', { name: 'Days since the last order' }).click()
  await expect(page).toHaveURL(/segment=curious-browsers&sort=recency_days&dir=desc/)
  await expect(page.getByRole('columnheader', { name: /Days since/ })).toHaveAttribute('aria-sort', 'descending')
})

test('says so where the words couldn’t be read', async ({ page }) => {
  const merchant = await createMerchant()
  await seedSource(merchant.uid, { texts: false, textsState: 'pending' })
  await signIn(page, merchant)
  await page.goto(`/m/${merchant.uid}/s/csv/seeded`)
  await expect(page.getByText(/couldn’t be read yet/)).toBeVisible()
  await page.getByRole('tab', { name: 'Feelings' }).click()
  await expect(page.getByRole('heading', { name: 'Words that weren’t read' })).toBeVisible()
})
