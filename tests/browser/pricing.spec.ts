/** From a file to a first safe rule, to a quote that is explained, and to the switch that ends it all. */
import { expect, type Page, test } from '../../hosting/browser-testing'
import { seedPrices, seedSource } from './seeding'
import { addMember, createMerchant, type Merchant, sample, signIn, untilSegments, upload } from './system'

const source = ({ uid }: Merchant): string => `/m/${uid}/s/csv/seeded/prices`

/** A merchant with a finished source and, where wanted, products and a rule. */
async function openShop(page: Page, { prices = true } = {}): Promise<Merchant> {
  const merchant = await createMerchant()
  await seedSource(merchant.uid)
  if (prices) await seedPrices(merchant.uid)
  await signIn(page, merchant)
  return merchant
}

/** The prices of the preview, as they are shown. */
async function previewed(page: Page): Promise<string[]> {
  const list = page.getByRole('list', { name: 'What would these customers pay?' })
  await expect(list.getByRole('listitem')).not.toHaveCount(0)
  return list.getByRole('listitem').allInnerTexts()
}

test('an uploaded file leads to a first rule, a quote with its reasons, and the kill switch', async ({ page }) => {
  const merchant = await createMerchant()
  await signIn(page, merchant)
  await upload(page, merchant, sample('tiny.csv'))
  await untilSegments(page)

  await page.getByRole('link', { name: 'Prices' }).click()
  await expect(page.getByRole('heading', { name: 'Your first rule, in three minutes' })).toBeVisible()
  await page.getByRole('button', { name: 'From orders' }).click()
  await expect(page.getByRole('button', { name: 'Switch on' })).toBeEnabled()
  await page.getByLabel('Where your business is').selectOption('Germany')
  expect((await previewed(page)).length).toBeGreaterThan(0)
  await page.getByRole('button', { name: 'Switch on' }).click()
  await expect(page.getByText('1 rule at work, within your limits.')).toBeVisible()

  // Somebody whom the rule is for: the customers of the segment that was suggested.
  await page.getByRole('link', { name: 'Rules', exact: true }).click()
  const rule = page.getByRole('list', { name: 'Rules of this data source' }).getByRole('listitem')
  await expect(rule).toHaveCount(1)
  await expect(rule.getByText('5% to 10% off')).toBeVisible()
  await page.getByRole('link', { name: 'Overview', exact: true }).last().click()
  const [first] = await previewed(page)
  const customer = first?.split('\n')[0] ?? ''
  await page.getByRole('link', { name: 'Quotes', exact: true }).click()
  await page.getByLabel('Customer id').fill(customer)
  await page.getByRole('button', { name: 'Work it out' }).click()
  const steps = page.getByRole('list', { name: 'How this price came about' }).first()
  await expect(steps.getByRole('listitem')).toHaveCount(11)
  await expect(steps.getByText('Segment rule')).toBeVisible()
  await page.getByRole('button', { name: 'Give this quote' }).click()
  const history = page.getByRole('list', { name: 'Price history' })
  await expect(history.locator('> li')).toHaveCount(1)

  await page.getByRole('link', { name: 'Overview', exact: true }).last().click()
  await page.getByRole('button', { name: 'Switch all off' }).click()
  await page.getByRole('alertdialog').getByRole('button', { name: 'Switch all off' }).click()
  await expect(page.getByText('All personal prices are off')).toBeVisible()
  await page.reload()
  await expect(page.getByText('All personal prices are off')).toBeVisible()
  for (const price of await previewed(page)) expect(price).toContain('Pays the public price')
})

test('a rule is typed, looked at before it is saved, and listed in words', async ({ page }) => {
  const merchant = await openShop(page)
  await page.goto(`${source(merchant)}/rules/new`)
  await page.getByLabel('Name').fill('Socks for luxury seekers')
  await page.getByLabel('Products', { exact: true }).selectOption('Chosen categories')
  await page.getByRole('checkbox', { name: /^Socks/ }).check()
  await page.getByRole('group', { name: 'Archetypes' }).getByRole('checkbox', { name: /Luxury Seekers/ }).check()
  await page.getByLabel('From, %').fill('3')
  await page.getByLabel('To, %').fill('4.5')
  expect((await previewed(page)).length).toBeGreaterThan(0)
  await page.getByRole('button', { name: 'Save' }).click()
  const made = page.getByRole('listitem').filter({ hasText: 'Socks for luxury seekers' })
  await expect(made.getByText('3% to 4.5% off')).toBeVisible()
  await expect(made.getByText('Luxury Seekers', { exact: true })).toBeVisible()
  await made.getByRole('switch').click()
  await page.reload()
  await expect(made.getByRole('switch')).not.toBeChecked()
})

test('a product is added, paused, and stays paused', async ({ page }) => {
  const merchant = await openShop(page)
  await page.goto(`${source(merchant)}/products`)
  await page.getByRole('button', { name: 'New product' }).click()
  await page.getByLabel('Name').fill('Cashmere scarf')
  await page.getByLabel('Product id').fill('SKU/900')
  await page.getByLabel('Public price').fill('89,90')
  await page.getByLabel('Cost', { exact: true }).fill('41')
  await page.getByRole('button', { name: 'Save' }).click()
  const row = page.getByRole('row').filter({ hasText: 'Cashmere scarf' })
  await expect(row).toContainText('€89.90')
  await row.getByRole('switch').click()
  await expect(row.getByText('Paused')).toBeVisible()
  await page.reload()
  await expect(row.getByText('Paused')).toBeVisible()
})

test('a viewer sees prices and changes none; an analyst makes rules, not limits', async ({ page }) => {
  const owner = await createMerchant()
  await Promise.all([seedSource(owner.uid), seedPrices(owner.uid)])
  const [viewer, analyst] = [await createMerchant('Viewer'), await createMerchant('Analyst')]
  await addMember(owner, viewer, 'viewer')
  await addMember(owner, analyst, 'analyst')

  await signIn(page, viewer)
  await page.goto(source(owner))
  await expect(page.getByText('your role can’t change prices')).toBeVisible()
  await expect(page.getByRole('button', { name: 'Switch all off' })).toBeDisabled()
  await page.goto(`${source(owner)}/rules`)
  await expect(page.getByRole('switch').first()).toBeDisabled()
  await expect(page.getByRole('link', { name: 'New rule' })).toHaveCount(0)
  await page.goto(`/m/${owner.uid}/keys`)
  await expect(page.getByRole('heading', { name: 'You may not see keys' })).toBeVisible()

  await page.context().clearCookies()
  await page.evaluate(() => indexedDB.deleteDatabase('firebaseLocalStorageDb'))
  await signIn(page, analyst)
  await page.goto(`${source(owner)}/limits`)
  await expect(page.getByLabel('Floor, % of the public price')).toBeDisabled()
  await page.goto(`${source(owner)}/rules`)
  await page.getByRole('switch').first().click()
  await expect(page.getByRole('switch').first()).not.toBeChecked()
})

test('a key is shown once, and revoked', async ({ page }) => {
  const merchant = await openShop(page, { prices: false })
  await page.goto(`/m/${merchant.uid}/keys`)
  await page.getByRole('button', { name: 'New key' }).click()
  await page.getByLabel('Name').fill('Shop server')
  await page.getByRole('button', { name: 'Make the key' }).click()
  await expect(page.getByLabel('The new key')).toHaveValue(/^kk_/)
  await page.getByRole('button', { name: 'I have copied it' }).click()
  await page.reload()
  const row = page.getByRole('list', { name: 'Keys of this business' }).getByRole('listitem')
  await expect(row).toHaveCount(1)
  await expect(page.getByText(/kk_/)).toHaveCount(0)
  await row.getByRole('button', { name: 'Revoke' }).click()
  await page.getByRole('alertdialog').getByRole('button', { name: 'Revoke' }).click()
  await expect(page.getByText('No keys yet')).toBeVisible()
})
