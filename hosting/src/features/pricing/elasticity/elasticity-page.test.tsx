import { screen, waitFor, within } from '@testing-library/react'
import { beforeEach, expect, it, vi } from 'vitest'

import { runSchema } from '@/data/documents'
import { ElasticityPage } from '@/features/pricing/elasticity/elasticity-page'
import { answer, type Database, holdDocuments, makeProduct, makeRule, OWNER, requestsTo, SOURCE } from '@/features/pricing/testing'
import { actAs } from '@/features/accounts/testing'
import { PlaceContext } from '@/features/sources/place'
import { makePlace, makeSource } from '@/features/sources/testing'
import { show } from '@/testing'

vi.mock('@/data/firestore')
vi.mock('@/data/functions')
vi.mock('@/features/accounts/access', { spy: true })

const MODELS = `${OWNER}/csv_uploads/s1/price_models`
const told = { elasticity: -1.9, low: -2.4, high: -1.4, verdict: 'identified', n_orders: 812, n_weeks: 52, needed: null }
const silent = { elasticity: null, low: null, high: null, verdict: 'not identifiable', n_orders: 40, n_weeks: 52, needed: { orders: 420, weeks: 6 } }
let database: Database

beforeEach(() => {
  database = holdDocuments({
    [`${OWNER}/products/p1`]: makeProduct(),
    [`${MODELS}/r1-SKU-1`]: { product_id: 'SKU-1', run_id: 'r1', segments: { all: told, loyal: silent } },
    [`${MODELS}/r1-SKU-2`]: { product_id: 'SKU-2', run_id: 'r1', segments: { all: silent } },
  })
  const test = {
    name: 'Test: Wool socks', source: SOURCE, products: ['SKU-1'], seed: 's1-p1', holdout: 0.1, status: 'draft', starts: null,
    ends: null, thompson: false, weights: [], weights_day: null,
    arms: [{ id: 'control', effect: null, weight: 1 }, { id: 'suggested', effect: { kind: 'fixed', price: 1399, percent: null }, weight: 1 }],
  }
  answer({
    learn_prices: {},
    suggest_prices: {
      suggestions: [
        {
          product_id: 'SKU-1', product: 'p1', segment: 'all', verdict: 'identified', why: 'better-at-both-ends',
          suggestion: { price: 1399, now: 99_900, margin: 104_300, low: 100_100, high: 108_000 },
          rule: makeRule({ name: 'Suggested: Wool socks', active: false }), test,
        },
        { product_id: 'SKU-2', product: null, segment: 'all', why: 'not-identifiable', suggestion: null, rule: null, test: null },
      ],
    },
  })
})

function open(prices: unknown, url = '') {
  actAs('analyst')
  const place = makePlace({
    source: makeSource({ currentRun: 'r1' }),
    summary: { state: 'ready', data: runSchema.parse({ id: 'r1', prices }) },
  })
  return show(
    <PlaceContext value={place}>
      <ElasticityPage />
    </PlaceContext>,
    { route: '/m/$owner/s/$kind/$sourceId/prices/elasticity', url: `/m/m1/s/csv/s1/prices/elasticity${url}` },
  )
}

const READY = { state: 'ready', at: 1, error: null, pooled: { elasticity: -2.1, low: -2.4, high: -1.8, products: 2, weeks: 52 } }

it('shows each estimate with its interval, and which test would tell where orders can’t', async () => {
  await open(READY)
  expect(await screen.findByText('-1.90 (-2.40 … -1.40)')).toBeVisible()
  expect(screen.getByText('-2.10 (-2.40 … -1.80)')).toBeVisible()
  expect(screen.getByText(/Not identifiable\. A test would tell, with about 420 orders in 6 weeks/)).toBeVisible()
})

it('shows one product by segment', async () => {
  await open(READY, '?product=SKU-1')
  expect(await screen.findByText('Loyal Buyers')).toBeVisible()
  expect(screen.queryByText('-2.10 (-2.40 … -1.80)')).toBeNull()
})

it('makes a suggestion a rule that isn’t active', async () => {
  const { user } = await open(READY)
  const list = await screen.findByRole('list', { name: 'Suggested prices' })
  expect(within(list).getByText('€13.99')).toBeVisible()
  await user.click(within(list).getByRole('button', { name: 'Make it a draft rule' }))
  await waitFor(() => expect(database.documents.get(`${OWNER}/pricing_rules/made`)).toMatchObject({ active: false, scope: { products: ['p1'] } }))
})

it('makes a suggestion a test with a seed of its own, in fields that may be written', async () => {
  const { user } = await open(READY)
  const list = await screen.findByRole('list', { name: 'Suggested prices' })
  await user.click(within(list).getByRole('button', { name: 'Make it a test' }))
  await waitFor(() => expect(database.documents.get(`${OWNER}/price_tests/made`)).toBeDefined())
  const made = database.documents.get(`${OWNER}/price_tests/made`)
  expect(made).toMatchObject({ status: 'draft', products: ['p1'] })
  expect(made?.['seed']).not.toBe('s1-p1')
  expect(made).not.toHaveProperty('weights')
})

it.each([
  [{ state: 'queued', at: 1 }, 'The orders are read in a moment.'],
  [{ state: 'failed', at: 1, error: { message: 'No order lines.', hint: 'Upload some.' } }, 'No order lines. Upload some.'],
  [undefined, 'Nothing was learnt yet'],
])('says how the learning gets on: %j', async (prices, words) => {
  await open(prices)
  expect(await screen.findByText(words)).toBeVisible()
})

it('says that reading stopped when nobody is at it any more, and lets ask again', async () => {
  const { user } = await open({ state: 'learning', at: 1, lease_until: new Date('2026-01-01T00:00:00Z') })
  expect(await screen.findByText(/Reading the orders stopped in the middle/)).toBeVisible()
  await user.click(screen.getByRole('button', { name: 'Learn from orders' }))
  await waitFor(() => expect(requestsTo('learn_prices')).toHaveLength(1))
})

it('waits while somebody is at it', async () => {
  await open({ state: 'learning', at: 1, lease_until: new Date(Date.now() + 60_000) })
  expect(await screen.findByText(/What they tell appears here/)).toBeVisible()
  expect(screen.queryByText(/stopped in the middle/)).toBeNull()
})

it('has the orders read when it is asked to', async () => {
  const { user } = await open(undefined)
  await user.click(await screen.findByRole('button', { name: 'Learn from orders' }))
  await waitFor(() => expect(requestsTo('learn_prices')).toHaveLength(1))
})

it('says nothing of what was learnt before the run is known', async () => {
  actAs('analyst')
  await show(
    <PlaceContext value={makePlace({ summary: { state: 'loading' } })}>
      <ElasticityPage />
    </PlaceContext>,
    { route: '/m/$owner/s/$kind/$sourceId/prices/elasticity', url: '/m/m1/s/csv/s1/prices/elasticity' },
  )
  expect(await screen.findByText('Loading what was learnt')).toBeInTheDocument()
  expect(screen.queryByText('Nothing was learnt yet')).toBeNull()
  expect(screen.queryByRole('button', { name: 'Learn from orders' })).toBeNull()
})
