import { screen, waitFor } from '@testing-library/react'
import { beforeEach, expect, it, vi } from 'vitest'

import { useAccount } from '@/data/auth'
import { LimitsPage } from '@/features/pricing/limits/limits-page'
import {
  answer,
  type Database,
  holdDocuments,
  makeProduct,
  makeReply,
  OWNER,
  requestsTo,
  showPrices,
} from '@/features/pricing/testing'

vi.mock('@/data/auth', { spy: true })
vi.mock('@/data/firestore')
vi.mock('@/data/functions')
vi.mock('@/features/accounts/access', { spy: true })

const SETTINGS = `${OWNER}/settings/pricing`
let database: Database

beforeEach(() => {
  vi.mocked(useAccount).mockReturnValue(null)
  database = holdDocuments({
    [`${OWNER}/products/p1`]: makeProduct(),
    [SETTINGS]: { kill: false, floor: 80, jurisdiction: 'DE', zone: 'Europe/Berlin' },
  })
  answer({ preview_prices: { quotes: [makeReply()] }, opt_out_customer: {} })
})

const open = (role: 'owner' | 'analyst' = 'owner') => showPrices(<LimitsPage />, { route: '/limits', url: '/limits', role })

it('saves limits, and shows what they would do before', async () => {
  const { user } = await open()
  const floor = await screen.findByLabelText('Floor, % of the public price')
  await user.clear(floor)
  await user.type(floor, '90')
  await user.type(screen.getByLabelText('Largest step, %'), '5')
  await waitFor(() =>
    expect(requestsTo('preview_prices').at(-1)).toMatchObject({ settings: { floor: 90, step: 5, kill: false } }),
  )
  expect(requestsTo('preview_prices').at(-1)).not.toHaveProperty('settings.id')
  await user.click(screen.getByRole('button', { name: 'Save' }))
  await waitFor(() => expect(database.documents.get(SETTINGS)).toMatchObject({ floor: 90, step: 5 }))
})

it.each([
  ['Floor, % of the public price', '101'],
  ['Ceiling, % of the public price', '99'],
  ['A quote holds for, minutes', '0'],
  ['New quotes a day', '1.5'],
  ['Time zone of the shop', 'Nowhere'],
])('doesn’t save %s as %s', async (label, typed) => {
  const { user } = await open()
  const field = await screen.findByLabelText(label)
  await user.clear(field)
  await user.type(field, typed)
  await user.click(screen.getByRole('button', { name: 'Save' }))
  expect(field).toBeInvalid()
  expect(database.documents.get(SETTINGS)).toMatchObject({ floor: 80 })
  expect(database.documents.get(SETTINGS)).not.toHaveProperty('ceiling')
})

it('wants the name of who answers for premiums, and keeps when', async () => {
  const { user } = await open()
  await user.click(await screen.findByRole('switch', { name: 'Allow premiums for segments' }))
  await user.click(screen.getByRole('button', { name: 'Save' }))
  expect(screen.getByLabelText('Who answers for it')).toBeInvalid()
  await user.type(screen.getByLabelText('Who answers for it'), 'Ada Ray')
  await user.click(screen.getByRole('button', { name: 'Save' }))
  await waitFor(() =>
    expect(database.documents.get(SETTINGS)).toMatchObject({
      premiums: { enabled: true, by: 'Ada Ray', at: expect.any(Date), jurisdictions: ['DE'] },
    }),
  )
})

it('fills in who is signed in, and switches premiums on place by place', async () => {
  vi.mocked(useAccount).mockReturnValue({
    uid: 'm1',
    email: 'ada@shop.example',
    emailVerified: true,
    displayName: 'Ada Ray',
    signedInAt: 0,
  })
  const { user } = await open()
  await user.click(await screen.findByRole('switch', { name: 'Allow premiums for segments' }))
  expect(screen.getByLabelText('Who answers for it')).toHaveValue('Ada Ray')
  expect(screen.getByRole('switch', { name: 'Germany' })).toBeChecked()
  await user.click(screen.getByRole('switch', { name: 'Poland' }))
  await user.click(screen.getByRole('switch', { name: 'Germany' }))
  expect(screen.getByRole('switch', { name: 'New York, United States' })).toBeDisabled()
  expect(screen.getByRole('switch', { name: 'New York, United States' })).toHaveAccessibleDescription(/Blocked/)
  await user.click(screen.getByRole('button', { name: 'Save' }))
  await waitFor(() =>
    expect(database.documents.get(SETTINGS)).toMatchObject({ premiums: { by: 'Ada Ray', jurisdictions: ['PL'] } }),
  )
})

it('says when premiums are on nowhere', async () => {
  const { user } = await open()
  await user.click(await screen.findByRole('switch', { name: 'Allow premiums for segments' }))
  await user.click(screen.getByRole('switch', { name: 'Germany' }))
  expect(screen.getByText('Premiums are on nowhere. Choose a place.')).toBeVisible()
})

it('says what blocks premiums', async () => {
  const { user } = await open()
  await user.click(await screen.findByRole('switch', { name: 'Allow premiums for segments' }))
  await user.selectOptions(screen.getByLabelText('Where this business is'), '')
  expect(await screen.findByText(/Blocked: it isn’t said where/)).toBeVisible()
  await user.selectOptions(screen.getByLabelText('Where this business is'), 'US-NY')
  expect(await screen.findByText(/Blocked by the law of New York/)).toBeVisible()
})

it('lets an analyst look, and opt a customer out', async () => {
  const { user } = await open('analyst')
  expect(await screen.findByLabelText('Floor, % of the public price')).toBeDisabled()
  expect(screen.queryByRole('button', { name: 'Save' })).toBeNull()
  await user.type(screen.getByLabelText('Customer id'), 'C7')
  await user.click(screen.getByRole('button', { name: 'Public prices only' }))
  await waitFor(() =>
    expect(requestsTo('opt_out_customer')).toMatchObject([{ customer_id: 'C7', opted_out: true }]),
  )
})

it('switches one source off, and leaves the others', async () => {
  database.documents.set(SETTINGS, { killed_sources: [{ kind: 'csv', id: 'other' }] })
  const { user } = await open()
  await user.click(await screen.findByRole('switch', { name: 'On for this source' }))
  await waitFor(() =>
    expect(database.documents.get(SETTINGS)).toEqual({
      killed_sources: [
        { kind: 'csv', id: 'other' },
        { kind: 'csv', id: 's1' },
      ],
    }),
  )
})
