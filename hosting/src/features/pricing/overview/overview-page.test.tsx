import { screen, waitFor } from '@testing-library/react'
import { beforeEach, expect, it, vi } from 'vitest'

import { PricesOverviewPage } from '@/features/pricing/overview/overview-page'
import {
  answer,
  type Database,
  holdDocuments,
  makeProduct,
  makeReply,
  makeRule,
  OWNER,
  requestsTo,
  showPrices,
} from '@/features/pricing/testing'

vi.mock('@/data/firestore')
vi.mock('@/data/functions')
vi.mock('@/features/accounts/access', { spy: true })

const SETTINGS = `${OWNER}/settings/pricing`
const RULE = `${OWNER}/pricing_rules/made`
let database: Database

beforeEach(() => {
  answer({ preview_prices: { quotes: [makeReply()] } })
})

it('leads from orders to a first rule for who may leave, with safe limits', async () => {
  database = holdDocuments({})
  answer({
    preview_prices: { quotes: [makeReply()] },
    import_products: () => {
      database.documents.set(`${OWNER}/products/p1`, makeProduct())
      return { created: 1, updated: 0, kept: 0, errors: [], rejected: 0 }
    },
  })
  const { user } = await showPrices(<PricesOverviewPage />)
  expect(await screen.findByLabelText('For')).toHaveDisplayValue(/Drifting Away/)
  expect(screen.getByRole('button', { name: 'Switch on' })).toBeDisabled()
  await user.click(screen.getByRole('button', { name: 'From orders' }))
  // A watcher hears of what the server wrote.
  const { mergeDocument } = await import('@/data/firestore')
  await mergeDocument(`${OWNER}/products/p1`, {})
  expect(await screen.findByText('Wool socks')).toBeVisible()
  await waitFor(() =>
    expect(requestsTo('preview_prices').at(-1)).toMatchObject({
      rules: { draft: { who: { archetypes: ['at-risk'] } } },
      settings: { floor: 80, floor_margin: 10 },
    }),
  )
  await user.click(screen.getByRole('button', { name: 'Switch on' }))
  await waitFor(() => expect(database.documents.get(RULE)).toBeDefined())
  expect(database.documents.get(RULE)).toMatchObject({
    active: true,
    effect: { kind: 'discount', percent: { low: 5, high: 10 } },
    who: { segments: [], archetypes: ['at-risk'], rfm_groups: [] },
  })
  expect(database.documents.get(SETTINGS)).toMatchObject({ floor: 80, floor_margin: 10, ceiling: 100 })
})

it('keeps limits that were set before, and lets an analyst change none', async () => {
  database = holdDocuments({
    [`${OWNER}/products/p1`]: makeProduct(),
    [SETTINGS]: { floor: 70, floor_margin: 25 },
  })
  const { user } = await showPrices(<PricesOverviewPage />, { role: 'analyst' })
  expect(await screen.findByLabelText('Floor, % of the public price')).toHaveValue('70')
  expect(screen.getByLabelText('Lowest margin, %')).toBeDisabled()
  await user.click(screen.getByRole('button', { name: 'Keep as a draft' }))
  await waitFor(() => expect(database.documents.get(RULE)).toMatchObject({ active: false }))
  expect(database.documents.get(SETTINGS)).toEqual({ floor: 70, floor_margin: 25 })
})

it('switches everything off after one question', async () => {
  database = holdDocuments({
    [`${OWNER}/products/p1`]: makeProduct(),
    [`${OWNER}/pricing_rules/a`]: makeRule(),
    [SETTINGS]: { floor: 80, jurisdiction: 'DE', floor_margin: 10 },
  })
  const { user } = await showPrices(<PricesOverviewPage />)
  await user.click(await screen.findByRole('button', { name: 'Switch all off' }))
  expect(database.documents.get(SETTINGS)).not.toHaveProperty('kill')
  const question = await screen.findByRole('alertdialog')
  expect(question).toHaveTextContent('Everybody pays public prices')
  await user.click((await screen.findAllByRole('button', { name: 'Switch all off' })).at(-1) as HTMLElement)
  expect(await screen.findByText('All personal prices are off')).toBeVisible()
  expect(database.documents.get(SETTINGS)).toMatchObject({ kill: true, floor: 80 })
})

it('doesn’t let an analyst pull the switch', async () => {
  holdDocuments({ [`${OWNER}/pricing_rules/a`]: makeRule() })
  await showPrices(<PricesOverviewPage />, { role: 'analyst' })
  expect(await screen.findByRole('button', { name: 'Switch all off' })).toBeDisabled()
})

it('says what is worth a look: a missing cost, a law that blocks', async () => {
  holdDocuments({
    [`${OWNER}/products/p1`]: makeProduct({ cost: null }),
    [`${OWNER}/pricing_rules/a`]: makeRule(),
    [SETTINGS]: { jurisdiction: 'US-CT', floor_margin: 10 },
  })
  await showPrices(<PricesOverviewPage />)
  expect(await screen.findByText(/One product has no cost/)).toBeVisible()
  expect(screen.getByText(/The law of Connecticut/)).toBeVisible()
})
