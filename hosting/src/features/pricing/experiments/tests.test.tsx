import { screen, waitFor } from '@testing-library/react'
import { beforeEach, expect, it, vi } from 'vitest'

import { watchDocument } from '@/data/firestore'
import { EffectsPage } from '@/features/pricing/experiments/effects-page'
import { TestPage } from '@/features/pricing/experiments/test-page'
import {
  answer,
  type Database,
  holdDocuments,
  makeProduct,
  OWNER,
  requestsTo,
  showPrices,
  SOURCE,
} from '@/features/pricing/testing'

vi.mock('@/data/firestore')
vi.mock('@/data/functions')
vi.mock('@/features/accounts/access', { spy: true })

const TEST = {
  name: 'Ten off',
  source: SOURCE,
  products: ['p1'],
  arms: [
    { id: 'control', effect: null, weight: 1 },
    { id: 'price-1', effect: { kind: 'discount', percent: 10 }, weight: 1 },
  ],
  seed: 's',
  holdout: 0.1,
  status: 'running',
  starts: new Date('2026-11-01T00:00:00Z'),
  ends: null,
  thompson: false,
}
const interval = { estimate: 0.13333, low: -0.05874, high: 0.32541, p: 0.583 }
const READING = {
  control: 'control',
  arms: [
    {
      arm: 'price-1',
      comparisons: [
        {
          metric: 'conversion',
          t_test: { ...interval, low: 0.01294, high: 0.25373, p: 0.02996 },
          sequential: interval,
          bayesian: { chance: 0.98503, risk: 0.00033, risk_of_control: 0.1, low: 0.01, high: 0.25 },
        },
        { metric: 'margin', t_test: null, sequential: null, bayesian: null },
      ],
      guard_rails: [{ name: 'margin', state: 'broken', interval: null }],
    },
  ],
  ratio: { p: 0.0004, alarm: true },
  verdict: { state: 'uneven_split', may_stop: true, metric: 'margin', arm: null, orders_missing: 88, days_missing: 3 },
  totals: [],
  currency: 'EUR',
}
let database: Database

const open = (fields = {}) => {
  database = holdDocuments({
    [`${OWNER}/products/p1`]: makeProduct(),
    [`${OWNER}/price_tests/t1`]: { ...TEST, ...fields },
  })
  return showPrices(<TestPage />, { route: '/tests/$testId', url: '/tests/t1' })
}

beforeEach(() => answer({ read_price_test: READING, start_price_test: {}, stop_price_test: {} }))

it('reads a test in three ways side by side, with its alarm and its guard rails', async () => {
  await open()
  expect(await screen.findByRole('heading', { name: '10% off against As it is' })).toBeVisible()
  expect(screen.getByRole('alert')).toHaveTextContent('The split is uneven (p < 0.001)')
  expect(screen.getByText(/\+1\.3% … \+25\.4%/)).toBeVisible()
  expect(screen.getByText(/-5\.9% … \+32\.5%/)).toBeVisible()
  expect(screen.getByText('98.5% to be better')).toBeVisible()
  expect(screen.getAllByText('It can’t be said')).toHaveLength(3)
  expect(screen.getByText('Margin: broken')).toBeVisible()
  expect(screen.getByText(/88 orders of the price that has fewest, 3 days/)).toBeVisible()
})

it('stops a running test only after a yes', async () => {
  const { user } = await open()
  await user.click(await screen.findByRole('button', { name: 'Stop' }))
  expect(requestsTo('stop_price_test')).toEqual([])
  await user.click((await screen.findAllByRole('button', { name: 'Stop' })).at(-1) as HTMLElement)
  await waitFor(() => expect(requestsTo('stop_price_test')).toEqual([{ owner_uid: 'm1', test_id: 't1' }]))
})

it('edits a draft and keeps its seed, and reads nothing of it', async () => {
  const { user } = await open({ status: 'draft', starts: null })
  const value = await screen.findByLabelText('How much, %')
  await user.clear(value)
  await user.type(value, '15')
  await user.click(screen.getByRole('button', { name: 'Save the draft' }))
  await waitFor(() =>
    expect(database.documents.get(`${OWNER}/price_tests/t1`)).toMatchObject({
      seed: 's',
      arms: [{ id: 'control' }, { effect: { kind: 'discount', percent: 15 } }],
    }),
  )
  expect(requestsTo('read_price_test')).toEqual([])
})

const share = (n: number, enough: boolean) => ({ n, count: 2, value: 0.2, low: 0.1, high: 0.3, enough })

it('tells an effect only where there is enough data, and flags who pays otherwise', async () => {
  holdDocuments({ [`${OWNER}/products/p1`]: makeProduct() })
  const effect = { customers: 400, holdout_customers: 44 }
  answer({
    price_analytics: {
      currencies: [
        {
          currency: 'EUR',
          quotes: 900,
          customers: 444,
          orders: 80,
          revenue: 120_000,
          effects: [
            { ...effect, segment: 'loyal', per_customer: 41.2, low: -20, high: 102, total: 16_480 },
            { ...effect, segment: 'drifting', per_customer: null, low: null, high: null, total: null },
          ],
          points: [{ product_id: 'p1', price: 1349, conversion: share(30, false) }],
          points_left_out: 0,
          segments: [],
          limited: { orders: 3, raised: 420, lowered: 0 },
        },
      ],
    },
    fairness_report: {
      attributes: [
        {
          name: 'segment',
          currency: 'EUR',
          groups: [
            { value: 'loyal', customers: 300, mean_price: 1349, mean_reduction: 0.1, difference: 0.04, low: 0.03, high: 0.05, p: 0.0001, flagged: true },
            { value: 'drifting', customers: null, flagged: false },
          ],
        },
      ],
    },
  })
  await showPrices(<EffectsPage />, { route: '/effects', url: '/effects?attribute=city' })
  expect(await screen.findByText('€0.41 (-€0.20 … €1.02)')).toBeVisible()
  expect(screen.getAllByText('not enough data').length).toBeGreaterThan(1)
  expect(await screen.findByText('Differs')).toBeVisible()
  expect(screen.getByText('Fewer than 10 customers: not shown.')).toBeVisible()
  expect(requestsTo('fairness_report')).toMatchObject([{ attribute: 'city' }])
})

it('says of a draft with a higher price that it can’t be started, and what to do', async () => {
  await open({
    status: 'draft',
    arms: [TEST.arms[0], { id: 'price-1', effect: { kind: 'fixed', price: 1599 }, weight: 1 }],
  })
  expect(await screen.findByText(/It can’t be started like this/)).toBeVisible()
  expect(screen.getByText(/Premiums are off\. Raise the public price for everybody/)).toBeVisible()
  expect(screen.getByRole('button', { name: 'Start' })).toBeDisabled()
})

it('lets a draft with a higher price start where premiums are allowed', async () => {
  const premium = { id: 'price-1', effect: { kind: 'premium', percent: 5 }, weight: 1 }
  database = holdDocuments({
    [`${OWNER}/products/p1`]: makeProduct(),
    [`${OWNER}/settings/pricing`]: { premiums: { enabled: true, by: 'Ada' }, jurisdiction: 'DE', ceiling: 120 },
    [`${OWNER}/price_tests/t1`]: { ...TEST, status: 'draft', arms: [TEST.arms[0], premium] },
  })
  await showPrices(<TestPage />, { route: '/tests/$testId', url: '/tests/t1' })
  expect(await screen.findByRole('button', { name: 'Start' })).toBeEnabled()
  expect(screen.queryByText(/It can’t be started like this/)).toBeNull()
})

it('starts no draft with a higher price before the limits are known', async () => {
  const premium = { id: 'price-1', effect: { kind: 'premium', percent: 5 }, weight: 1 }
  database = holdDocuments({
    [`${OWNER}/products/p1`]: makeProduct(),
    [`${OWNER}/price_tests/t1`]: { ...TEST, status: 'draft', arms: [TEST.arms[0], premium] },
  })
  vi.mocked(watchDocument).mockReturnValue(vi.fn())
  await showPrices(<TestPage />, { route: '/tests/$testId', url: '/tests/t1' })
  expect(await screen.findByRole('button', { name: 'Start' })).toBeDisabled()
  expect(screen.queryByText(/It can’t be started like this/)).toBeNull()
})
