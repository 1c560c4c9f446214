/** From a file to segments, through the whole system. */
import { readFile } from 'node:fs/promises'

import { expect, test } from '../../hosting/browser-testing'
import {
  createMerchant,
  csv,
  JOB_MS,
  orders,
  putDocument,
  sample,
  signIn,
  start,
  untilRecognised,
  untilSegments,
  upload,
  type VirtualFile,
} from './system'

/** Long to send and quick to process: few orders, each with a very long code. */
function largeFile(): VirtualFile {
  const [header, ...lines] = orders(100).trimEnd().split('\n')
  const long = lines.map((line, at) => `${line},${String(at % 10).repeat(4000)}`)
  return csv('large.csv', `${[`${header},parcel_code`, ...long].join('\n')}\n`)
}

test('a sample becomes segments; they are drilled into and exported', async ({ page }) => {
  const merchant = await createMerchant()
  await signIn(page, merchant)
  await upload(page, merchant, sample('tiny.csv'))
  await expect(page).toHaveURL(/\/uploads\/[\w-]+$/)
  await untilSegments(page)

  const card = page.getByRole('listitem').getByRole('heading', { level: 2 }).first()
  const name = await card.innerText()
  await card.getByRole('link').click()
  await expect(page.getByRole('heading', { name, level: 1 })).toBeVisible()
  await expect(page.getByRole('heading', { name: 'Why this is a group' })).toBeVisible()
  await page.getByRole('link', { name: /See all/ }).click()
  const table = page.getByRole('table', { name: 'Customers of the segment' })
  await table.getByRole('rowheader').first().getByRole('button').click()
  await expect(page.getByRole('heading', { name: 'History' })).toBeVisible()
  await expect(page.getByRole('region', { name: 'History' }).getByRole('row')).not.toHaveCount(0)

  await page.getByRole('button', { name: 'Export' }).click()
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('menuitem', { name: 'Customers as CSV' }).click(),
  ])
  expect(download.suggestedFilename()).toMatch(/^csv-.*\.csv$/)
  const exported = await readFile(await download.path(), 'utf8')
  expect(exported.split('\n')[0]).toContain('customer_id')
})

test('a strange file is mapped by hand and goes on', async ({ page }) => {
  const merchant = await createMerchant()
  await signIn(page, merchant)
  const strange = orders(40, { header: 'zzq1,zzq2,zzq3,zzq4,zzq5' }).replaceAll(/\bK(\d+)/g, 'ref/$1/x')
  await upload(page, merchant, csv('strange.csv', strange))
  await expect(page.getByRole('heading', { name: 'Which columns are which?' })).toBeVisible({
    timeout: JOB_MS,
  })
  await page.getByLabel('Meaning of zzq1').selectOption('Customer id')
  await page.getByLabel('Meaning of zzq2').selectOption('Order id')
  await page.getByLabel('Meaning of zzq3').selectOption('Order date')
  await page.getByLabel('Meaning of zzq4').selectOption('Amount')
  await page.getByRole('button', { name: 'Use these columns' }).click()
  await untilSegments(page)

  // The next file with these headers isn't asked about.
  await page.goto(`/m/${merchant.uid}/uploads/new`)
  await page.getByLabel('Choose files').setInputFiles(csv('next.csv', strange))
  await expect(page.getByText('As you said for an earlier file with the same headers.')).toBeVisible()
  await start(page)
  await untilSegments(page)
  await page.goto(`/m/${merchant.uid}/uploads`)
  await page.getByRole('link', { name: 'next' }).click()
  await expect(page.getByText(/as you said for an earlier file/)).toBeVisible()
})

test('a dirty file is read, and its rejected rows are downloaded', async ({ page }) => {
  const merchant = await createMerchant()
  await signIn(page, merchant)
  const dirty = `${orders(40)}K1,X1,not a date,12.00,EUR\nK2,X2,2025-02-03,much,EUR\n`
  await upload(page, merchant, csv('dirty.csv', dirty))
  await untilSegments(page)
  await page.goto(`/m/${merchant.uid}/uploads`)
  await page.getByRole('link', { name: 'dirty' }).click()
  await expect(page.getByText('Why rows were rejected')).toBeVisible()
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: 'Download rejected rows' }).click(),
  ])
  const rejected = await readFile(await download.path(), 'utf8')
  expect(rejected).toContain('not a date')
})

test('three files become three sources', async ({ page }) => {
  const merchant = await createMerchant()
  await signIn(page, merchant)
  await upload(
    page,
    merchant,
    csv('north.csv', orders(30)),
    csv('south.csv', orders(35)),
    csv('west.csv', orders(45)),
  )
  await expect(page).toHaveURL(/\/uploads$/)
  await expect(page.getByText('Ready', { exact: true })).toHaveCount(3, { timeout: JOB_MS })
})

test('a job is cancelled', async ({ page }) => {
  const merchant = await createMerchant()
  await signIn(page, merchant)
  await upload(page, merchant, sample('fashion-shop.csv'))
  await page.getByRole('button', { name: 'Cancel the job' }).click({ timeout: JOB_MS })
  await expect(page.getByText('This job was cancelled.')).toBeVisible({ timeout: JOB_MS })
})

test('a running job shows its stage and how much there is', async ({ page }) => {
  const merchant = await createMerchant()
  await putDocument(`users/${merchant.uid}/csv_uploads/running`, {
    status: 'running',
    file_name: 'orders.csv',
    generate_segments: true,
    created_at: new Date(),
    stage: 'clustering',
    progress: 63,
    counts: { rows: 40_348, customers: 5000, texts: 3120 },
  })
  await signIn(page, merchant)
  await page.goto(`/m/${merchant.uid}/uploads/running`)
  await expect(page.getByRole('progressbar', { name: 'Progress of the job' })).toHaveAttribute('aria-valuenow', '63')
  await expect(page.getByText('40,348 rows · 5,000 customers · 3,120 texts')).toBeVisible()
})

test('a job goes on when its tab is closed, and is found again', async ({ page, context }) => {
  const merchant = await createMerchant()
  await signIn(page, merchant)
  await upload(page, merchant, sample('tiny.csv'))
  const running = page.getByRole('button', { name: 'Cancel the job' })
  const finished = page.getByRole('heading', { name: 'Segments', level: 1 }) // of a quick job
  await expect(running.or(finished)).toBeVisible({ timeout: JOB_MS })
  await page.close()

  const again = await context.newPage()
  await again.goto(`/m/${merchant.uid}`)
  await again.getByRole('link', { name: 'tiny' }).first().click()
  await expect(again.getByRole('heading', { name: 'Segments', level: 1 })).toBeVisible({ timeout: JOB_MS })
})

test('a dry run reports first and imports on request', async ({ page }) => {
  const merchant = await createMerchant()
  await signIn(page, merchant)
  await page.goto(`/m/${merchant.uid}/uploads/new`)
  await page.getByLabel('Choose files').setInputFiles(csv('dry.csv', orders(40)))
  await page.getByText('Options', { exact: true }).click()
  await page.getByLabel(/Dry run/).check()
  await start(page)
  await expect(page.getByRole('heading', { name: 'Checked, nothing imported yet' })).toBeVisible({
    timeout: JOB_MS,
  })
  await page.getByRole('button', { name: 'Import now' }).click()
  await untilSegments(page)
})

test('an upload survives a lost connection', async ({ page }) => {
  const merchant = await createMerchant()
  await signIn(page, merchant)
  const network = await page.context().newCDPSession(page)
  const condition = (offline: boolean, bytes: number) =>
    network.send('Network.emulateNetworkConditions', {
      offline,
      latency: 20,
      downloadThroughput: -1,
      uploadThroughput: bytes,
    })
  await network.send('Network.enable')
  await page.goto(`/m/${merchant.uid}/uploads/new`)
  await page.getByLabel('Choose files').setInputFiles(largeFile())
  await untilRecognised(page)
  await condition(false, 60_000)
  await start(page)
  const progress = page.getByRole('progressbar', { name: 'Upload of large.csv' }).first()
  await expect
    .poll(async () => Number(await progress.getAttribute('aria-valuenow')))
    .toBeGreaterThan(2)
  await condition(true, 0)
  await expect(page.getByText('Waiting for the connection.').first()).toBeVisible()
  await condition(false, -1)
  await expect(page.getByText('Waiting for the connection.')).toHaveCount(0)
  await expect(progress).toHaveCount(0, { timeout: JOB_MS })
  await expect(page.getByText(/Queued|Running|Reading|Ready/).first()).toBeVisible()
})

test('an upload cut off by closing the tab asks for its file again', async ({ page, context }) => {
  const merchant = await createMerchant()
  await signIn(page, merchant)
  const network = await context.newCDPSession(page)
  await network.send('Network.enable')
  const file = largeFile()
  await page.goto(`/m/${merchant.uid}/uploads/new`)
  await page.getByLabel('Choose files').setInputFiles(file)
  await untilRecognised(page)
  await network.send('Network.emulateNetworkConditions', {
    offline: false,
    latency: 20,
    downloadThroughput: -1,
    uploadThroughput: 10_000, // minutes for the whole file
  })
  await start(page)
  await expect(page).toHaveURL(/\/uploads\/[\w-]{8,}$/)
  const url = page.url()
  await page.close({ runBeforeUnload: false })

  const again = await context.newPage()
  await again.goto(url)
  await expect(again.getByRole('heading', { name: 'The upload was cut off' })).toBeVisible()
  await again.getByLabel('Choose the file again').setInputFiles(csv('other.csv', 'a,b\n1,2\n'))
  await expect(again.getByText(/You chose other.csv/)).toBeVisible()
  await again.getByLabel('Choose the file again').setInputFiles(file)
  await expect(again.getByText(/Queued|Running|Reading|Ready/).first()).toBeVisible({
    timeout: JOB_MS,
  })
})

test('files that can’t work are refused before they are sent', async ({ page }) => {
  const merchant = await createMerchant()
  await signIn(page, merchant)
  await page.goto(`/m/${merchant.uid}/uploads/new`)
  await page
    .getByLabel('Choose files')
    .setInputFiles([csv('empty.csv', ''), csv('notes.pdf', 'x'), csv('fine.csv', orders(5))])
  await expect(page.getByText('This file is empty.')).toBeVisible()
  await expect(page.getByText('This isn’t a CSV, TSV or Excel file.')).toBeVisible()
  await expect(page.getByRole('button', { name: 'Upload and start' })).toBeEnabled()
  const cell = page.getByLabel('Row 1, amount')
  await cell.fill('99.95')
  await expect(page.getByText('One cell changed')).toBeVisible()
})

test('an upload is deleted after a plain statement of what goes', async ({ page }) => {
  const merchant = await createMerchant()
  await signIn(page, merchant)
  await upload(page, merchant, csv('gone.csv', orders(40)))
  await untilSegments(page)
  await page.goto(`/m/${merchant.uid}/uploads`)
  await page.getByRole('button', { name: 'Actions for gone' }).click()
  await page.getByRole('menuitem', { name: 'Delete' }).click()
  await expect(page.getByText('the uploaded file', { exact: true })).toBeVisible()
  await page.getByRole('button', { name: 'Delete for good' }).click()
  await expect(page.getByRole('heading', { name: 'Upload your first file' })).toBeVisible({
    timeout: JOB_MS,
  })
})
