/** The page under the headers it is deployed with. */
import { expect, type Page, test } from '../../hosting/browser-testing'
import { seedSource } from './seeding'
import { createMerchant, csv, signIn } from './system'

/** What the browser refused because of the page's policy, in every page of the walk. */
async function recordViolations(page: Page): Promise<string[]> {
  const found: string[] = []
  await page.exposeFunction('noteViolation', (what: string) => found.push(what))
  await page.addInitScript(() => {
    document.addEventListener('securitypolicyviolation', (event) => {
      const { noteViolation } = window as unknown as { noteViolation: (what: string) => void }
      noteViolation(`${event.effectiveDirective} ${event.blockedURI} ${event.sourceFile}`)
    })
  })
  page.on('console', (message) => {
    if (/Content Security Policy|Permissions policy/i.test(message.text())) found.push(message.text())
  })
  return found
}

test('is served with headers that let nothing foreign in', async ({ request }) => {
  for (const path of ['/', '/m/someone/uploads', '/favicon.svg']) {
    const headers = (await request.get(path)).headers()
    const policy = headers['content-security-policy'] ?? ''
    expect(policy, path).toContain("default-src 'self'")
    expect(policy).toContain("script-src 'self';")
    expect(policy).toContain("frame-ancestors 'none'")
    expect(policy).toContain("object-src 'none'")
    expect(headers).toMatchObject({
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      'referrer-policy': 'strict-origin-when-cross-origin',
      'cross-origin-opener-policy': 'same-origin',
    })
    expect(headers['permissions-policy']).toContain('camera=()')
    expect(headers['strict-transport-security']).toContain('max-age=31536000')
  }
})

test('works under its policy: no page breaks it', async ({ page }) => {
  const violations = await recordViolations(page)
  const merchant = await createMerchant()
  await seedSource(merchant.uid)
  await page.goto('/sign-up')
  await page.getByLabel('Password', { exact: true }).fill('Password123!')
  await expect(page.getByRole('meter')).toHaveAttribute('aria-valuetext', /weak/i)
  await signIn(page, merchant)
  const source = `/m/${merchant.uid}/s/csv/seeded`
  for (const path of [
    source,
    `${source}?tab=map`,
    `${source}?tab=behaviour`,
    `${source}?tab=value`,
    `${source}/segments/one-time`,
    `${source}/customers`,
    `${source}/customer?id=C000007`,
    `/m/${merchant.uid}/settings`,
  ]) {
    await page.goto(path)
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible()
    await expect(page.locator('.animate-pulse')).toHaveCount(0)
  }
  await page.goto(`/m/${merchant.uid}/uploads/new`) // a worker reads the preview
  await page.getByLabel('Choose files').setInputFiles(csv('a.csv', 'email,amount\na@b.example,3\n'))
  await expect(page.getByRole('region', { name: 'Preview of a.csv' })).toBeVisible()
  await page.goto(`/m/${merchant.uid}/uploads/seeded`) // a dialog locks scrolling by a style of its own
  await page.getByRole('button', { name: /Actions for/ }).click()
  await page.getByRole('menuitem', { name: 'Rename' }).click()
  await expect(page.getByRole('dialog')).toBeVisible()
  expect(violations).toEqual([])
})
