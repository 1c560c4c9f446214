/** What a merchant does with a file once it is there: versions, edits, runs, exports. */
import { readFile } from 'node:fs/promises'

import { expect, type Page, test } from '../../hosting/browser-testing'
import {
  createMerchant,
  csv,
  JOB_MS,
  type Merchant,
  orders,
  signIn,
  start,
  untilSegments,
  upload,
} from './system'

function idIn(page: Page): string {
  return /\/(?:s\/csv|uploads)\/([^/?]+)/.exec(page.url())?.[1] ?? ''
}

/** Upload, wait for the segments, and open the upload's own page; its id. */
async function uploaded(page: Page, merchant: Merchant, name: string, text: string): Promise<string> {
  await upload(page, merchant, csv(name, text))
  await untilSegments(page)
  const id = idIn(page)
  await page.goto(`/m/${merchant.uid}/uploads/${id}`)
  await expect(page.getByRole('heading', { name: 'Your segments are ready' })).toBeVisible()
  return id
}

function figure(page: Page, label: string) {
  return page.locator('dl > div').filter({ has: page.getByText(label, { exact: true }) }).locator('dd').first()
}

test('a file is added to another one: first tried, then imported; both versions stay', async ({ page }) => {
  const merchant = await createMerchant()
  await signIn(page, merchant)
  const first = await uploaded(page, merchant, 'first.csv', orders(40))
  await page.getByRole('button', { name: 'Actions for first' }).click()
  await page.getByRole('menuitem', { name: 'Add a file to it' }).click()
  await expect(page.getByRole('heading', { name: 'New version of first' })).toBeVisible()
  await page.getByLabel('Choose a file').setInputFiles(csv('more.csv', orders(10, { of: 'N' })))
  await page.getByText('Options', { exact: true }).click()
  await page.getByLabel(/Dry run/).check()
  await start(page)
  await expect(page.getByRole('heading', { name: 'Checked, nothing imported yet' })).toBeVisible({
    timeout: JOB_MS,
  })
  await expect(page.getByRole('heading', { name: 'Against first' })).toBeVisible()
  await expect(figure(page, 'New rows')).toHaveText('40')
  await expect(figure(page, 'New customers')).toHaveText('10')
  await page.getByRole('link', { name: 'Back to first' }).click()
  await expect(page).toHaveURL(new RegExp(`/uploads/${first}$`))
  await page.goBack()
  await page.getByRole('button', { name: 'Import now' }).click()
  await untilSegments(page)
  await expect(figure(page, 'Customers')).toHaveText('50')
  await page.goto(`/m/${merchant.uid}/s/csv/${first}`)
  await expect(figure(page, 'Customers')).toHaveText('40')
})

test('adding to an upload that isn’t there fails and says what to do', async ({ page }) => {
  const merchant = await createMerchant()
  await signIn(page, merchant)
  await page.goto(`/m/${merchant.uid}/uploads/new?based_on=nowhere&mode=append`)
  await page.getByLabel('Choose a file').setInputFiles(csv('more.csv', orders(10)))
  await start(page)
  await expect(page.getByText(/this file adds to has no rows/)).toBeVisible({ timeout: JOB_MS })
  await expect(page.getByText(/upload the whole file/)).toBeVisible()
})

test('a stored cell is changed: a new version opens, and the old one stays', async ({ page }) => {
  const merchant = await createMerchant()
  await signIn(page, merchant)
  const old = await uploaded(page, merchant, 'cells.csv', orders(30))
  await page.getByRole('button', { name: 'Show the rows' }).click()
  await page.getByLabel('Row 1, amount').fill('9999.00')
  await page.getByRole('button', { name: 'Save one change' }).click()
  await expect(page).not.toHaveURL(new RegExp(old))
  await untilSegments(page)
  const made = idIn(page)
  expect(made).not.toBe(old)
  await page.goto(`/m/${merchant.uid}/uploads/${made}`)
  await expect(figure(page, 'Changed rows')).toHaveText('1')
  await expect(page.getByRole('heading', { name: 'Versions' })).toBeVisible()
  await page.getByRole('button', { name: 'Show the rows' }).click()
  await expect(page.getByLabel('Row 1, amount')).toHaveValue('9999.00')
})

test('segments are made again by another grouping; both runs are compared, and exported', async ({ page }) => {
  const merchant = await createMerchant()
  await signIn(page, merchant)
  const id = await uploaded(page, merchant, 'again.csv', orders(60))
  await page.getByRole('button', { name: 'Generate segments again' }).click()
  await page.getByRole('dialog').getByLabel('Grouping').selectOption('DBSCAN')
  await page.getByRole('button', { name: 'Generate', exact: true }).click()
  await untilSegments(page)
  const runs = page.getByLabel('Run', { exact: true })
  await expect(runs.getByRole('option')).toHaveCount(2)
  const earlier = await runs.getByRole('option').last().getAttribute('value')

  await page.goto(`/m/${merchant.uid}/compare?a=csv:${id}:${earlier}&b=csv:${id}`)
  await expect(page.getByText('The only screen that shows two data sources.')).toBeVisible()
  await expect(page.getByText(/keeps its place from run to run/)).toBeVisible()
  const table = page.getByRole('group', { name: 'Segment by segment' }).getByRole('row')
  expect(await table.count()).toBeGreaterThan(1)

  await page.goto(`/m/${merchant.uid}/s/csv/${id}`)
  await page.getByRole('button', { name: 'Export' }).click()
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('menuitem', { name: 'Customers as JSON' }).click(),
  ])
  expect(download.suggestedFilename()).toBe('csv-again.json')
  const exported = JSON.parse(await readFile(await download.path(), 'utf8')) as unknown[]
  expect(exported).toHaveLength(60)
  expect(exported[0]).toMatchObject({ customer_id: expect.any(String), segment: expect.any(String) })
})

test('an old file is replaced by a new one', async ({ page }) => {
  const merchant = await createMerchant()
  await signIn(page, merchant)
  const old = await uploaded(page, merchant, 'old.csv', orders(30))
  await page.getByRole('button', { name: 'Actions for old' }).click()
  await page.getByRole('menuitem', { name: 'Replace with a new file' }).click()
  await page.getByLabel('Choose a file').setInputFiles(csv('new.csv', orders(35)))
  await start(page)
  await untilSegments(page)
  await page.goto(`/m/${merchant.uid}/uploads/${idIn(page)}`)
  await expect(page.getByRole('heading', { name: 'Against old' })).toBeVisible()
  await page.getByRole('link', { name: 'old', exact: true }).click() // going back is opening the older one
  await expect(page).toHaveURL(new RegExp(`/uploads/${old}$`))
})
