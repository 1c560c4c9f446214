import { screen, waitFor } from '@testing-library/react'
import { beforeEach, expect, it, vi } from 'vitest'

import { getIdRange, watchMatching } from '@/data/firestore'
import { RulePage } from '@/features/pricing/rules/rule-page'
import { RulesPage } from '@/features/pricing/rules/rules-page'
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

let database: Database

beforeEach(() => {
  database = holdDocuments({
    [`${OWNER}/products/p1`]: makeProduct(),
    [`${OWNER}/pricing_rules/a`]: makeRule(),
    [`${OWNER}/pricing_rules/elsewhere`]: makeRule({ name: 'Of another source', source: { kind: 'csv', id: 's2' } }),
  })
  answer({ preview_prices: { quotes: [makeReply()] } })
})

const openRule = (id: string, role?: 'viewer' | 'analyst') =>
  showPrices(<RulePage />, { route: '/rules/$ruleId', url: `/rules/${id}`, ...(role ? { role } : {}) })

it('makes a rule in minor units, for an archetype chosen from the run', async () => {
  const { user } = await openRule('new')
  await user.type(await screen.findByLabelText('Name'), 'Come back')
  await user.click(await screen.findByRole('checkbox', { name: /At-Risk Customers/ }))
  await user.selectOptions(screen.getByLabelText('By'), 'A sum')
  await user.type(screen.getByLabelText('Sum, EUR'), '4.50')
  await user.click(screen.getByRole('button', { name: 'Save' }))
  await waitFor(() => expect(database.documents.has(`${OWNER}/pricing_rules/made`)).toBe(true))
  expect(database.documents.get(`${OWNER}/pricing_rules/made`)).toEqual(
    makeRule({
      name: 'Come back',
      effect: { kind: 'discount', amount: 450 },
      who: { segments: [], archetypes: ['at-risk'], rfm_groups: [] },
    }),
  )
})

it('shows what customers would pay by a rule that isn’t saved', async () => {
  const { user } = await openRule('a')
  const high = await screen.findByLabelText('To, %')
  await user.clear(high)
  await user.type(high, '20')
  await waitFor(() =>
    expect(requestsTo('preview_prices').at(-1)).toMatchObject({
      product_id: 'p1',
      rules: { a: { effect: { percent: { low: 5, high: 20 } } } },
    }),
  )
  expect(await screen.findByText('€13.49', { selector: '.text-pricing' })).toBeVisible()
  expect(database.documents.get(`${OWNER}/pricing_rules/a`)).toEqual(makeRule())
})

it('asks for no preview of what can’t be a rule', async () => {
  const { user } = await openRule('new')
  await user.clear(await screen.findByLabelText('From, %'))
  expect(await screen.findByText('Fill in the form and the preview appears.')).toBeVisible()
  await user.click(screen.getByRole('button', { name: 'Save' }))
  expect(await screen.findByRole('alert')).toHaveTextContent('See the marked fields')
  expect(database.documents.has(`${OWNER}/pricing_rules/made`)).toBe(false)
})

it('lets a viewer look, and no more', async () => {
  await openRule('a', 'viewer')
  expect(await screen.findByLabelText('Name')).toBeDisabled()
  expect(screen.queryByRole('button', { name: 'Save' })).toBeNull()
})

it('deletes a rule only after a yes', async () => {
  const { user } = await openRule('a')
  await user.click(await screen.findByRole('button', { name: 'Delete' }))
  expect(database.documents.has(`${OWNER}/pricing_rules/a`)).toBe(true)
  await user.click((await screen.findAllByRole('button', { name: 'Delete' })).at(-1) as HTMLElement)
  await waitFor(() => expect(database.documents.has(`${OWNER}/pricing_rules/a`)).toBe(false))
})

it('lists the rules of this source alone, in words, and switches one off', async () => {
  const { user } = await showPrices(<RulesPage />, { route: '/rules' })
  expect(await screen.findByText('5% to 10% off')).toBeVisible()
  expect(await screen.findByText('Loyal Buyers')).toBeVisible()
  expect(screen.queryByText('Of another source')).toBeNull()
  await user.click(screen.getByRole('switch', { name: 'Autumn thanks is active' }))
  await waitFor(() => expect(database.documents.get(`${OWNER}/pricing_rules/a`)).toMatchObject({ active: false }))
})

it('writes no rule down before it knows the products’ currency and names', async () => {
  vi.mocked(watchMatching).mockImplementation((path, _fields, _most, onData) => {
    if (path.endsWith('/pricing_rules')) onData([{ id: 'a', data: makeRule() }])
    return vi.fn()
  })
  await showPrices(<RulesPage />, { route: '/rules' })
  await waitFor(() => expect(watchMatching).toHaveBeenCalledTimes(2))
  expect(await screen.findByText('Loading prices')).toBeInTheDocument()
  expect(screen.queryByText('Autumn thanks')).toBeNull()
})

it('says of no run that it has no groups before they are there', async () => {
  vi.mocked(getIdRange).mockReturnValue(new Promise(() => undefined))
  await openRule('a')
  expect(await screen.findAllByText('Loading what this run has')).not.toEqual([])
  expect(screen.queryByText('This run has none.')).toBeNull()
})

it('says of a preview that it is behind what is typed', async () => {
  const { user } = await openRule('a')
  const preview = await screen.findByRole('list', { name: 'What would these customers pay?' })
  const card = preview.closest('[aria-busy]') ?? preview.parentElement
  await waitFor(() => expect(card).not.toHaveAttribute('aria-busy'))
  await user.type(screen.getByLabelText('Name'), '!')
  expect(card).toHaveAttribute('aria-busy', 'true')
})
