/** A team, and the end of sessions and accounts, through the whole system. */
import { type BrowserContext, expect, type Page, test } from '../../hosting/browser-testing'
import { seedSource } from './seeding'
import { createMerchant, isStored, JOB_MS, type Merchant, PASSWORD, signIn } from './system'

async function invite(page: Page, email: string, role: string): Promise<string> {
  await page.getByLabel('E-mail').fill(email)
  await page.getByLabel('Role', { exact: true }).selectOption(role)
  await page.getByRole('button', { name: 'Create the invitation' }).click()
  const link = page.getByLabel('Invitation link')
  await expect(link).toHaveValue(/accept-invite/)
  return link.inputValue()
}

async function openSignedIn(context: BrowserContext, link: string, { email }: Merchant): Promise<Page> {
  const page = await context.newPage()
  await page.goto(link)
  await page.getByLabel('E-mail').fill(email)
  await page.getByLabel('Password').fill(PASSWORD)
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
  await expect(page.getByRole('heading', { name: 'Join a team' })).toBeVisible()
  return page
}

test('a colleague is invited, joins, gets another role and is removed, live', async ({ page, browser }) => {
  const [owner, colleague, stranger] = await Promise.all([
    createMerchant('Nordic Wool'),
    createMerchant('Side Shop'),
    createMerchant('Stranger'),
  ])
  await seedSource(owner.uid)
  await signIn(page, owner)
  await page.goto(`/m/${owner.uid}/team`)
  const link = await invite(page, colleague.email, 'analyst')

  const [theirs, others] = await Promise.all([browser.newContext(), browser.newContext()])
  const wrong = await openSignedIn(others, link, stranger)
  await wrong.getByRole('button', { name: 'Accept the invitation' }).click()
  await expect(wrong.getByText(/could not be accepted/)).toBeVisible()

  const joined = await openSignedIn(theirs, link, colleague)
  await joined.getByRole('button', { name: 'Accept the invitation' }).click()
  await expect(joined).toHaveURL(new RegExp(`/m/${owner.uid}$`))
  await expect(joined.getByRole('link', { name: 'Spring orders' })).toBeVisible()
  await expect(joined.getByRole('link', { name: 'Upload', exact: true })).toBeVisible()

  await page.getByLabel(`Role of ${colleague.email}`).selectOption('viewer')
  await expect(page.getByText('The role is changed.').first()).toBeVisible()
  await expect(joined.getByRole('link', { name: 'Upload', exact: true })).toHaveCount(0)

  await joined.getByRole('button', { name: /@example.com/ }).click()
  await expect(joined.getByRole('menuitem', { name: 'Nordic Wool' })).toBeVisible()
  await joined.keyboard.press('Escape')

  await page.getByRole('button', { name: 'Remove', exact: true }).click()
  await page.getByRole('alertdialog').getByRole('button', { name: 'Remove' }).click()
  await expect(page.getByText('Nobody else yet.')).toBeVisible()
  await expect(joined.getByRole('heading', { name: /You have no access/ })).toBeVisible()
  await joined.getByRole('link', { name: 'Open your own business' }).click()
  await expect(joined).toHaveURL(new RegExp(`/m/${colleague.uid}$`))
  await Promise.all([theirs.close(), others.close()])
})

test('an invitation that is withdrawn opens nothing, and a member can leave', async ({ page, browser }) => {
  const [owner, colleague] = await Promise.all([createMerchant(), createMerchant('Side Shop')])
  await signIn(page, owner)
  await page.goto(`/m/${owner.uid}/team`)
  const withdrawn = await invite(page, colleague.email, 'viewer')
  await page.getByRole('button', { name: 'Withdraw' }).click()
  await expect(page.getByText('Open invitations')).toHaveCount(0)
  const link = await invite(page, colleague.email, 'viewer')

  const context = await browser.newContext()
  const theirs = await openSignedIn(context, withdrawn, colleague)
  await theirs.getByRole('button', { name: 'Accept the invitation' }).click()
  await expect(theirs.getByText(/could not be accepted/)).toBeVisible()
  await theirs.goto(link)
  await theirs.getByRole('button', { name: 'Accept the invitation' }).click()
  await expect(theirs).toHaveURL(new RegExp(`/m/${owner.uid}$`))

  await theirs.goto(`/m/${owner.uid}/settings`)
  await theirs.getByRole('button', { name: 'Leave the team' }).click()
  await theirs.getByRole('alertdialog').getByRole('button', { name: 'Leave the team' }).click()
  await expect(theirs).toHaveURL(new RegExp(`/m/${colleague.uid}$`))
  await expect(page.getByText('Nobody else yet.')).toBeVisible()
  await context.close()
})

test('signing out everywhere ends the session on another device', async ({ page, browser }) => {
  const merchant = await createMerchant()
  const elsewhere = await browser.newContext()
  const other = await elsewhere.newPage()
  await signIn(other, merchant)
  await signIn(page, merchant)
  await page.goto(`/m/${merchant.uid}/settings`)
  await page.getByRole('button', { name: 'Sign out everywhere' }).click()
  await expect(page).toHaveURL(/sign-in/)
  await other.reload()
  await expect(other).toHaveURL(/sign-in/)
  await elsewhere.close()
})

test('an account is deleted with everything in it', async ({ page }) => {
  const merchant = await createMerchant()
  await seedSource(merchant.uid)
  await signIn(page, merchant)
  await page.goto(`/m/${merchant.uid}/settings`)
  await page.getByRole('button', { name: 'Delete my account' }).click()
  const question = page.getByRole('alertdialog')
  const confirm = question.getByRole('button', { name: 'Delete my account' })
  await expect(confirm).toBeDisabled()
  await question.getByLabel('Type DELETE to confirm').fill('DELETE')
  await confirm.click()
  await expect(page).toHaveURL(/sign-in/)
  const source = `users/${merchant.uid}/csv_uploads/seeded`
  for (const path of [source, `users/${merchant.uid}`]) {
    await expect.poll(() => isStored(path), { timeout: JOB_MS, intervals: [1000] }).toBe(false)
  }
  await page.getByLabel('E-mail').fill(merchant.email)
  await page.getByLabel('Password').fill(PASSWORD)
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
  await expect(page.getByText('E-mail or password is wrong.').first()).toBeVisible()
})
