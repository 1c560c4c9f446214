import { expect, test } from '../../hosting/browser-testing'
import { seedSource } from './seeding'
import { addMember, createMerchant, PASSWORD, signIn } from './system'

test('a new merchant signs up, confirms the e-mail and lands on the dashboard', async ({ page }) => {
  const email = `new-${Date.now()}@example.com`
  await page.goto('/')
  await page.getByRole('link', { name: 'Create an account' }).click()
  await page.getByRole('button', { name: 'Create account' }).click()
  await expect(page.getByText('Enter the name of your business.')).toBeVisible()

  await page.getByLabel('Business name').fill('Nordic Wool')
  await page.getByLabel('Your name').fill('Ingrid Berg')
  await page.getByLabel('E-mail').fill(email)
  await page.getByLabel('Password', { exact: true }).fill('Password123!')
  await expect(page.getByRole('meter')).toHaveAttribute('aria-valuetext', /weak/i)
  await page.getByLabel('Password again').fill('something else')
  await page.getByLabel(/terms of use/).check()
  await page.getByLabel(/privacy notice/).check()
  await page.getByRole('button', { name: 'Create account' }).click()
  await expect(page.getByText('The two passwords differ.')).toBeVisible()

  await page.getByLabel('Password again').fill('Password123!')
  await page.getByRole('button', { name: 'Create account' }).click()
  await expect(page.getByText(/too easy to guess/)).toBeVisible()

  await page.getByLabel('Password', { exact: true }).fill(PASSWORD)
  await page.getByLabel('Password again').fill(PASSWORD)
  await page.getByRole('button', { name: 'Create account' }).click()
  await page.getByRole('link', { name: 'Confirm this e-mail' }).click()
  await page.getByRole('button', { name: 'Go to the dashboard' }).click()
  await expect(page.getByRole('heading', { name: 'Hello, Ingrid Berg' })).toBeVisible()
  await expect(page.getByText('Find out who your customers are')).toBeVisible()
})

test('sign-in and reset do not tell whether an account exists', async ({ page }) => {
  const { email } = await createMerchant()
  const answers: string[] = []
  for (const address of [email, 'nobody@example.com']) {
    await page.goto('/sign-in')
    await page.getByLabel('E-mail').fill(address)
    await page.getByLabel('Password').fill('wrong wrong wrong')
    await page.getByRole('button', { name: 'Sign in', exact: true }).click()
    await expect(page.getByLabel('Password')).toHaveAttribute('aria-invalid', 'true')
    answers.push(await page.locator('form').innerText())
    await page.goto('/forgot-password')
    await page.getByLabel('E-mail').fill(address)
    await page.getByRole('button', { name: 'Send the link' }).click()
    answers.push(await page.getByRole('status').first().innerText())
  }
  expect(answers.slice(0, 2)).toEqual(answers.slice(2))
})

test('a forgotten password is set anew by the link', async ({ page }) => {
  const merchant = await createMerchant()
  await page.goto('/forgot-password')
  await page.getByLabel('E-mail').fill(merchant.email)
  await page.getByRole('button', { name: 'Send the link' }).click()
  await page.getByRole('link', { name: 'Set a new password' }).click()
  await page.getByLabel('Password', { exact: true }).fill('other velvet anchors')
  await page.getByRole('button', { name: 'Save and sign in' }).click()
  await expect(page).toHaveURL(new RegExp(`/m/${merchant.uid}$`))
})

test('a link to a view opens that view after sign-in', async ({ page }) => {
  const merchant = await createMerchant()
  await seedSource(merchant.uid)
  await page.goto(`/m/${merchant.uid}/s/csv/seeded?tab=value`)
  await page.getByLabel('E-mail').fill(merchant.email)
  await page.getByLabel('Password').fill(PASSWORD)
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
  await expect(page.getByRole('tab', { name: 'Value and movement' })).toHaveAttribute(
    'aria-selected',
    'true',
  )
})

test('a viewer looks and can change nothing', async ({ page }) => {
  const [owner, viewer] = await Promise.all([createMerchant(), createMerchant('Other')])
  await Promise.all([seedSource(owner.uid), addMember(owner, viewer, 'viewer')])
  await signIn(page, viewer)
  await page.goto(`/m/${owner.uid}/s/csv/seeded`)
  await expect(page.getByRole('link', { name: 'Luxury Seekers' })).toBeVisible()
  await expect(page.getByRole('link', { name: 'Upload', exact: true })).toHaveCount(0)
  await page.goto(`/m/${owner.uid}/uploads/new`)
  await expect(page.getByRole('heading', { name: 'Your role can’t upload' })).toBeVisible()
  await page.goto(`/m/${owner.uid}/uploads/seeded`)
  await page.getByRole('button', { name: /Actions for/ }).click()
  await expect(page.getByRole('menuitem', { name: 'See the segments' })).toBeVisible()
  await expect(page.getByRole('menuitem', { name: /Delete|Rename|Replace/ })).toHaveCount(0)
  await page.goto(`/m/${owner.uid}/team`)
  await expect(page.getByRole('heading', { name: 'Only the owner and admins' })).toBeVisible()
})

test('another merchant sees nothing', async ({ page }) => {
  const [owner, other] = await Promise.all([createMerchant(), createMerchant('Other')])
  await seedSource(owner.uid)
  await signIn(page, other)
  for (const path of ['', '/uploads', '/uploads/seeded', '/s/csv/seeded', '/s/csv/seeded/customers']) {
    await page.goto(`/m/${owner.uid}${path}`)
    await expect(page.getByRole('heading', { name: /You have no access/ })).toBeVisible()
    await expect(page.getByText('Luxury Seekers')).toHaveCount(0)
    await expect(page.getByText('Spring orders')).toHaveCount(0)
  }
})

test('an idle session warns, can be kept by keyboard, and ends in every tab', async ({ page, context }) => {
  const merchant = await createMerchant()
  await context.clock.install()
  await signIn(page, merchant)
  const second = await context.newPage()
  await second.goto(`/m/${merchant.uid}/uploads`)
  await expect(second.getByRole('heading', { name: 'Upload your first file' })).toBeVisible()

  await page.bringToFront()
  await context.clock.fastForward('28:30')
  const warning = page.getByRole('alertdialog', { name: 'Are you still there?' })
  await expect(warning).toBeVisible()
  await expect(warning.getByRole('button', { name: 'Stay signed in' })).toBeFocused()
  await page.keyboard.press('Enter')
  await expect(warning).toBeHidden()

  await context.clock.fastForward('31:00')
  await expect(page.getByText('You were signed out because you were away.')).toBeVisible()
  await expect(second).toHaveURL(/sign-in/)
})

test('the keyboard alone signs in and reaches a customer', async ({ page }) => {
  const merchant = await createMerchant()
  await seedSource(merchant.uid)
  await page.goto('/sign-in')
  await page.getByLabel('E-mail').focus()
  await page.keyboard.type(merchant.email)
  await page.keyboard.press('Tab')
  await page.keyboard.type(PASSWORD)
  await page.keyboard.press('Enter')
  await expect(page.getByRole('heading', { name: 'Hello, Ingrid Berg' })).toBeVisible()

  await page.keyboard.press('Tab')
  await expect(page.getByRole('link', { name: 'Skip to content' })).toBeFocused()
  await tabTo('Spring orders')
  await page.keyboard.press('Enter')
  await expect(page.getByRole('heading', { name: 'Segments', level: 1 })).toBeVisible()
  await tabTo('Segments', 'tab')
  await page.keyboard.press('ArrowRight')
  await expect(page.getByRole('tab', { name: 'Map' })).toHaveAttribute('aria-selected', 'true')
  await page.keyboard.press('ArrowLeft')
  await tabTo('Luxury Seekers')
  await page.keyboard.press('Enter')
  await expect(page.getByRole('heading', { name: 'Luxury Seekers' })).toBeVisible()
  await tabTo('C000132', 'button')
  await page.keyboard.press('Enter')
  await expect(page.getByRole('heading', { name: 'C000132' })).toBeVisible()

  async function tabTo(name: string, role: 'link' | 'tab' | 'button' = 'link'): Promise<void> {
    const target = page.getByRole(role, { name, exact: true }).first()
    await expect(target).toBeVisible()
    for (let presses = 0; presses < 80; presses += 1) {
      if (await target.evaluate((element) => element === document.activeElement)) return
      await page.keyboard.press('Tab')
    }
    throw new Error(`${name} can't be reached by Tab`)
  }
})
