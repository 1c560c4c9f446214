import { screen, waitFor, within } from '@testing-library/react'
import { beforeEach, expect, it, vi } from 'vitest'

import { dataSourceSchema, discountSchema, runSchema } from '@/data/documents'
import { getIdRange } from '@/data/firestore'
import { callFunction } from '@/data/functions'
import { useLiveDocument, useLiveNewest, useLiveOfSource } from '@/data/live'
import { saveBlob } from '@/data/saving'
import { useAccess } from '@/features/accounts/access'
import { DiscountsCard } from '@/features/sources/shops/discounts-card'
import { ShopActions } from '@/features/sources/shops/shop-actions'
import { show } from '@/testing'

vi.mock('@/data/firestore')
vi.mock('@/data/functions')
vi.mock('@/data/live')
vi.mock('@/data/saving')
vi.mock('@/features/accounts/access')

const source = { uid: 'm1', kind: 'shopify', id: 's1' }
const shop = dataSourceSchema.parse({ id: 's1', kind: 'shopify', label: 'Tea', status: 'ready', current_run: 'r1' })

function access(mayChange: boolean) {
  vi.mocked(useAccess).mockReturnValue({
    state: 'ready',
    role: mayChange ? 'analyst' : 'viewer',
    mayChange,
    mayDelete: mayChange,
    mayManageTeam: false,
  })
}

function discountsAre(...fields: Record<string, unknown>[]) {
  const data = fields.map((one, at) =>
    discountSchema.parse({
      id: `d${at}`,
      title: 'Spring',
      way: 'segment',
      state: 'live',
      percent: 10,
      amount: null,
      customers: 40,
      given: 40,
      segment: { key: 'loyal', name: 'Loyal' },
      steps: ['Tag 40 customers.', 'Make the discount.'],
      undo: 'The discount is deleted.',
      confirmed_at: new Date(),
      ...one,
    }),
  )
  vi.mocked(useLiveNewest).mockReturnValue({ state: 'ready', data })
}

beforeEach(() => {
  access(true)
  vi.mocked(callFunction).mockResolvedValue({})
  vi.mocked(useLiveOfSource).mockReturnValue({ state: 'ready', data: [] })
  const run = runSchema.parse({
    id: 'r1',
    segments: [{ segment_key: 'loyal', name: 'Loyal', customer_count: 40, share: 0.2 }],
  })
  vi.mocked(useLiveDocument).mockReturnValue({ state: 'ready', data: run })
})

it('plans, shows what will be done and for whom, and does it only after a yes', async () => {
  discountsAre()
  vi.mocked(callFunction).mockResolvedValue({
    discount_id: 'd1',
    customers: 38,
    left_out: { opted_out: 2 },
    steps: ['Tag 38 customers.'],
    undo: 'The tag is taken back.',
  })
  const { user } = await show(<DiscountsCard source={source} shop={shop} />)
  await user.click(screen.getByRole('button', { name: 'New discount' }))
  await user.type(screen.getByLabelText('Title'), 'Spring')
  await user.click(screen.getByRole('radio', { name: /^A code for each/ }))
  await user.click(screen.getByRole('button', { name: 'Show the plan' }))
  await waitFor(() =>
    expect(callFunction).toHaveBeenCalledWith(
      'plan_discount',
      { source, title: 'Spring', way: 'codes', segment_key: 'loyal', percent: 10 },
      expect.anything(),
    ),
  )
  const plan = await screen.findByRole('dialog', { name: 'The plan for “Spring”' })
  expect(plan).toHaveTextContent('For 38 customers.')
  expect(plan).toHaveTextContent('2 who want public prices')
  expect(plan).toHaveTextContent('Tag 38 customers.')
  expect(plan).toHaveTextContent('The tag is taken back.')
  expect(callFunction).toHaveBeenCalledTimes(1)
  await user.click(within(plan).getByRole('button', { name: 'Make it in the shop' }))
  await waitFor(() =>
    expect(callFunction).toHaveBeenCalledWith(
      'apply_discount',
      { source, discount_id: 'd1' },
      expect.anything(),
    ),
  )
})

it('names what is wrong and asks nobody', async () => {
  discountsAre()
  const { user } = await show(<DiscountsCard source={source} shop={shop} />)
  await user.click(screen.getByRole('button', { name: 'New discount' }))
  await user.clear(screen.getByLabelText('Percent off'))
  await user.type(screen.getByLabelText('Percent off'), '120')
  await user.type(screen.getByLabelText('Until the end of'), '2020-01-01')
  await user.click(screen.getByRole('button', { name: 'Show the plan' }))
  expect(screen.getByLabelText('Title')).toHaveAccessibleDescription(/Give it a title/)
  expect(screen.getByLabelText('Percent off')).toHaveAccessibleDescription(/at most 100/)
  expect(screen.getByLabelText('Until the end of')).toHaveAccessibleDescription(/later end/)
  expect(callFunction).not.toHaveBeenCalled()
})

it('says why no plan could be made', async () => {
  discountsAre()
  vi.mocked(callFunction).mockRejectedValue({
    code: 'functions/invalid-argument',
    message: 'Your limits allow at most 5 % off.',
    details: { code: 'below-limits', hint: 'Take less off.' },
  })
  const { user } = await show(<DiscountsCard source={source} shop={shop} />)
  await user.click(screen.getByRole('button', { name: 'New discount' }))
  await user.type(screen.getByLabelText('Title'), 'Spring')
  await user.click(screen.getByRole('button', { name: 'Show the plan' }))
  expect(await screen.findByRole('alert')).toHaveTextContent('Your limits allow at most 5 % off. Take less off.')
})

it('takes back what is live, only after a yes that says how', async () => {
  discountsAre({})
  const { user } = await show(<DiscountsCard source={source} shop={shop} />)
  expect(screen.getByRole('listitem')).toHaveTextContent('Live')
  expect(screen.getByRole('listitem')).toHaveTextContent('10 % off · 40 customers of Loyal')
  await user.click(screen.getByRole('button', { name: 'Take it back' }))
  const asked = screen.getByRole('alertdialog')
  expect(asked).toHaveTextContent('The discount is deleted.')
  expect(callFunction).not.toHaveBeenCalled()
  await user.click(within(asked).getByRole('button', { name: 'Take it back' }))
  await waitFor(() =>
    expect(callFunction).toHaveBeenCalledWith('undo_discount', { source, discount_id: 'd0' }, expect.anything()),
  )
})

it('shows how far it has come, what failed and how to go on, and what has ended', async () => {
  discountsAre(
    { state: 'applying', given: 10 },
    { state: 'failed', doing: 'applying', error: { code: 'x', message: 'The shop refused.', hint: 'Look.' } },
    { ends_at: new Date(2020, 1, 1) },
    { state: 'undone' },
  )
  const { user } = await show(<DiscountsCard source={source} shop={shop} />)
  const [applying, failed, ended, undone] = screen.getAllByRole('listitem')
  expect(within(applying as HTMLElement).getByRole('progressbar')).toHaveAttribute('aria-valuenow', '25')
  expect(within(failed as HTMLElement).getByRole('alert')).toHaveTextContent('The shop refused. Look.')
  expect(ended).toHaveTextContent('Ended')
  expect(within(undone as HTMLElement).queryByRole('button')).toBeNull()
  await user.click(within(failed as HTMLElement).getByRole('button', { name: 'Go on' }))
  await waitFor(() =>
    expect(callFunction).toHaveBeenCalledWith('apply_discount', { source, discount_id: 'd1' }, expect.anything()),
  )
})

it('goes back to a plan, or throws it away', async () => {
  discountsAre({ state: 'planned', confirmed_at: null })
  const { user } = await show(<DiscountsCard source={source} shop={shop} />)
  await user.click(screen.getByRole('button', { name: 'Look at the plan' }))
  expect(screen.getByRole('dialog')).toHaveTextContent('Make the discount.')
  await user.click(screen.getByRole('button', { name: 'Not now' }))
  await user.click(screen.getByRole('button', { name: 'Throw the plan away' }))
  await waitFor(() =>
    expect(callFunction).toHaveBeenCalledWith('undo_discount', { source, discount_id: 'd0' }, expect.anything()),
  )
})

it('saves who has which code', async () => {
  discountsAre({ way: 'codes' })
  vi.mocked(getIdRange).mockResolvedValue([
    { id: 'd0-0000', data: { customer_ids: ['17'], codes: { '17': '=K1' } } },
  ])
  const { user } = await show(<DiscountsCard source={source} shop={shop} />)
  await user.click(screen.getByRole('button', { name: 'Download the codes' }))
  await waitFor(() => expect(saveBlob).toHaveBeenCalled())
  const [blob, name] = vi.mocked(saveBlob).mock.calls[0] ?? []
  expect(await blob?.text()).toBe('"customer_id","code"\r\n"17","\'=K1"\r\n')
  expect(name).toBe('codes-d0.csv')
})

it('saves the links of draft orders, and calls them so', async () => {
  discountsAre({ way: 'draft_order', customers: 1, segment: null })
  vi.mocked(getIdRange).mockResolvedValue([
    { id: 'd0-0000', data: { customer_ids: ['17'], codes: { '17': 'https://tea.example/pay/1' } } },
  ])
  const { user } = await show(<DiscountsCard source={source} shop={shop} />)
  expect(screen.getByRole('listitem')).toHaveTextContent('10 % off · 1 customer')
  await user.click(screen.getByRole('button', { name: 'Download the links to pay' }))
  await waitFor(() => expect(saveBlob).toHaveBeenCalled())
  const [blob, name] = vi.mocked(saveBlob).mock.lastCall ?? []
  expect(await blob?.text()).toContain('"customer_id","link"')
  expect(name).toBe('links-d0.csv')
})

it('lets who may only look see the list and nothing to do', async () => {
  access(false)
  discountsAre({})
  await show(<DiscountsCard source={source} shop={shop} />)
  expect(screen.getByRole('listitem')).toHaveTextContent('Spring')
  expect(screen.queryByRole('button')).toBeNull()
})

it('says before a shop is let go which discounts stay in it', async () => {
  discountsAre({}, { state: 'undone' }, { state: 'planned', confirmed_at: null })
  const { user } = await show(<ShopActions source={source} shop={shop} onDeleted={() => {}} />)
  await user.click(screen.getByRole('button', { name: 'More about Tea' }))
  await user.click(screen.getByRole('menuitem', { name: 'Disconnect' }))
  expect(screen.getByRole('alertdialog')).toHaveTextContent('Discounts that stay in the shop: 1.')
})
