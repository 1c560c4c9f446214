import { screen } from '@testing-library/react'
import { beforeEach, expect, it, vi } from 'vitest'

import { getDocument } from '@/data/firestore'
import { callFunction } from '@/data/functions'
import { CustomerPage } from '@/features/customers/customer-page'
import { useRuns } from '@/features/sources/api'
import { PlaceContext } from '@/features/sources/place'
import { makePlace } from '@/features/sources/testing'
import { show } from '@/testing'

vi.mock('@/data/firestore')
vi.mock('@/data/functions')
vi.mock('@/features/sources/api')

const reply = {
  customer_id: 'C7',
  run_id: 'r1',
  scores: { monetary: 250, frequency: 3, churn: 0.4, churn_low: 0.3, churn_high: 0.5, r: 5, f: 3, m: 4, rfm_group: 'Loyal', x: 1 },
  segment: {
    segment_key: 'loyal',
    name: 'Loyal Buyers',
    reasons: [{ feature: 'frequency', direction: 'higher', effect: 1, text: 'Ordered 8 times' }],
  },
  next_step: { code: 'one-order', segment_key: 'best', segment: 'Best', text: 'One more order moves this customer to Best.' },
  history: [
    { order_id: 'A1', ordered_at: '2026-01-02', kind: 'sale', amount: 80, quantity: 1, product_name: 'Shirt' },
    { order_id: 'A2', ordered_at: '2026-02-03', kind: 'refund', amount: -20, quantity: 1, product_name: 'Socks' },
  ],
  currency: 'EUR',
}

function open(place = makePlace(), id = 'C7') {
  const route = '/m/$owner/s/$kind/$sourceId/customer'
  return show(
    <PlaceContext value={place}>
      <CustomerPage />
    </PlaceContext>,
    { route, url: `/m/m1/s/csv/s1/customer?id=${id}` },
  )
}

beforeEach(() => {
  vi.mocked(useRuns).mockReturnValue([])
  // The mock knows nothing of the schema that each call brings: parse as the real one does.
  vi.mocked(callFunction).mockImplementation(async (_name, _request, schema) => schema.parse(reply))
  vi.mocked(getDocument).mockResolvedValue(null)
})

it('asks once, and shows all that the reply says', async () => {
  await open()
  expect(await screen.findByRole('heading', { level: 1, name: 'C7' })).toBeVisible()
  expect(callFunction).toHaveBeenCalledExactlyOnceWith(
    'get_customer',
    { source: { uid: 'm1', kind: 'csv', id: 's1' }, customer_id: 'C7' },
    expect.anything(),
  )
  expect(getDocument).not.toHaveBeenCalled()
  expect(screen.getAllByText('€250.00')[0]).toBeVisible()
  expect(screen.getByText('between 30% and 50%')).toBeVisible()
  expect(screen.getByText('Too little data to predict.')).toBeVisible()
  expect(screen.getByRole('link', { name: 'Loyal Buyers' })).toHaveAttribute('href', '/m/m1/s/csv/s1/segments/loyal')
  expect(screen.getByText('Ordered 8 times')).toBeVisible()
  expect(screen.getByText('One more order moves this customer to Best.')).toBeVisible()
  expect(screen.getByRole('link', { name: 'See that segment' })).toHaveAttribute('href', '/m/m1/s/csv/s1/segments/best')
  const lines = screen.getAllByRole('row').slice(1).map(({ textContent }) => textContent)
  expect(lines[0]).toContain('A2SocksRefund')
  expect(lines[1]).toContain('A1Shirt')
})

it('says so where no change would help', async () => {
  vi.mocked(callFunction).mockImplementation(async (_name, _request, schema) =>
    schema.parse({ ...reply, next_step: null, history: [] }),
  )
  await open()
  expect(await screen.findByText(/None of the changes we tried/)).toBeVisible()
  expect(screen.getByText('This source holds no order lines of this customer.')).toBeVisible()
})

it('says so where no customer has that id, and doesn’t ask again', async () => {
  vi.mocked(callFunction).mockRejectedValue({ code: 'functions/not-found', details: { code: 'no-customer' } })
  await open()
  expect(await screen.findByRole('heading', { name: 'No customer of this source has that id' })).toBeVisible()
  expect(callFunction).toHaveBeenCalledOnce()
})

it('says what went wrong', async () => {
  vi.mocked(callFunction).mockRejectedValue({ code: 'functions/internal', message: 'INTERNAL' })
  await open()
  expect(await screen.findByRole('alert')).toHaveTextContent('This customer could not be loaded')
})

it('shows an earlier run as it was stored, without a next step', async () => {
  vi.mocked(getDocument).mockImplementation(async (path) => {
    const id = path.split('/').at(-1) ?? ''
    if (path.includes('/customer_index/')) {
      return { id, data: { entries: '{"C7":{"segment_id":"r0-new","page_id":"r0-new-0000"}}' } }
    }
    if (path.includes('/customers/')) {
      return { id, data: { segment_id: 'r0-new', page: 0, customer_ids: ['C1', 'C7'], columns: '{"monetary":[1,90]}' } }
    }
    return { id, data: { run_id: 'r0', segment_key: 'new', name: 'New Arrivals', customer_count: 2, share: 0.1 } }
  })
  await open(makePlace({ run: 'r0' }))
  expect(await screen.findByRole('link', { name: 'New Arrivals' })).toHaveAttribute(
    'href',
    '/m/m1/s/csv/s1/segments/new?run=r0',
  )
  expect(screen.getAllByText('€90.00')[0]).toBeVisible()
  expect(screen.queryByText('Next best step')).toBeNull()
  expect(await screen.findByText('Shirt')).toBeVisible()
})
