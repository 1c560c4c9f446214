import { screen, waitFor, within } from '@testing-library/react'
import { beforeEach, expect, it, vi } from 'vitest'

import { QuotesPage } from '@/features/pricing/quotes/quotes-page'
import {
  answer,
  holdDocuments,
  makeProduct,
  makeReply,
  makeRule,
  OWNER,
  requestsTo,
  showPrices,
  SOURCE,
} from '@/features/pricing/testing'

vi.mock('@/data/firestore')
vi.mock('@/data/functions')
vi.mock('@/features/accounts/access', { spy: true })

beforeEach(() => {
  holdDocuments({
    [`${OWNER}/products/p1`]: makeProduct(),
    [`${OWNER}/pricing_rules/a`]: makeRule(),
    [`${OWNER}/price_history/q0`]: {
      ...makeReply({ customer_id: 'C9', quote_id: 'q0', valid_until: new Date() }),
      source: SOURCE,
      created_at: new Date('2026-11-20T10:00:00Z'),
      outcome: { state: 'bought', quantity: 1, at: new Date() },
    },
    [`${OWNER}/price_history/other`]: {
      ...makeReply({ customer_id: 'C8', quote_id: 'other' }),
      source: { kind: 'csv', id: 's2' },
      created_at: new Date(),
    },
  })
  answer({
    preview_prices: { quotes: [makeReply({ limits_hit: ['floor'] })] },
    quote_price: makeReply(),
    opt_out_customer: {},
  })
})

const open = (search: string, role: 'viewer' | 'analyst' = 'analyst') =>
  showPrices(<QuotesPage />, { route: '/quotes', url: `/quotes${search}`, role })

it('explains a price step by step without storing anything', async () => {
  await open('?customer=C1&product=p1')
  expect(await screen.findByRole('heading', { name: 'Wool socks for C1' })).toBeVisible()
  expect(await screen.findByText('Floor')).toBeVisible()
  expect(screen.getByText('Autumn thanks')).toBeVisible()
  expect(requestsTo('preview_prices')).toEqual([
    { source: { uid: 'm1', ...SOURCE }, product_id: 'p1', customer_ids: ['C1'] },
  ])
  expect(requestsTo('quote_price')).toEqual([])
})

it('gives a quote when it is asked to', async () => {
  const { user } = await open('?customer=C1&product=p1')
  await user.click(await screen.findByRole('button', { name: 'Give this quote' }))
  await waitFor(() => expect(requestsTo('quote_price')).toHaveLength(1))
})

it('lets a viewer look, and give nothing', async () => {
  await open('?customer=C1&product=p1', 'viewer')
  await screen.findByRole('heading', { name: 'Wool socks for C1' })
  expect(screen.queryByRole('button', { name: 'Give this quote' })).toBeNull()
  expect(screen.queryByRole('button', { name: 'Public prices only' })).toBeNull()
})

it('says which law wants what next to the price', async () => {
  answer({
    preview_prices: {
      quotes: [makeReply({ disclosure: { id: 'x', version: '1', text: 'SET BY AN ALGORITHM', jurisdiction: 'US-NY' } })],
    },
  })
  await open('?customer=C1&product=p1')
  expect(await screen.findByText('SET BY AN ALGORITHM')).toBeVisible()
})

it('opts a customer out', async () => {
  const { user } = await open('?customer=C1&product=p1')
  await user.click(await screen.findByRole('button', { name: 'Public prices only' }))
  await waitFor(() =>
    expect(requestsTo('opt_out_customer')).toMatchObject([{ customer_id: 'C1', opted_out: true }]),
  )
})

it('lists the quotes of this source alone, each with its steps', async () => {
  const { user } = await open('')
  const history = await screen.findByRole('list', { name: 'Price history' })
  expect(within(history).getAllByText(/^C\d/)).toHaveLength(1)
  expect(within(history).getByText('Bought')).toBeVisible()
  await user.click(within(history).getByText('Wool socks'))
  expect(await within(history).findByText('Autumn thanks: 10% off.')).toBeInTheDocument()
})
