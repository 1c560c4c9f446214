import { screen, waitFor, within } from '@testing-library/react'
import { beforeEach, expect, it, vi } from 'vitest'

import { dataRequestSchema, dataSourceSchema } from '@/data/documents'
import { changeDocument } from '@/data/firestore'
import { callFunction } from '@/data/functions'
import { useLiveDocument, useLiveNewest } from '@/data/live'
import { useAccess } from '@/features/accounts/access'
import { ShopPage } from '@/features/sources/shops/shop-page'
import { show } from '@/testing'

vi.mock('@/data/firestore')
vi.mock('@/data/functions')
vi.mock('@/data/live')
vi.mock('@/features/accounts/access')

const where = { route: '/m/$owner/shops/$kind/$sourceId', url: '/m/m1/shops/shopify/s1' }
const source = { uid: 'm1', kind: 'shopify', id: 's1' }

function shopIs(fields: Record<string, unknown>) {
  const data = dataSourceSchema.parse({ id: 's1', kind: 'shopify', label: 'Tea shop', status: 'ready', ...fields })
  vi.mocked(useLiveDocument).mockReturnValue({ state: 'ready', data })
}

function requestsAre(...requests: Record<string, unknown>[]) {
  const data = requests.map((one, n) => dataRequestSchema.parse({ id: `d${n}`, ...one }))
  vi.mocked(useLiveNewest).mockReturnValue({ state: 'ready', data })
}

beforeEach(() => {
  requestsAre()
  vi.mocked(useAccess).mockReturnValue({
    state: 'ready',
    role: 'owner',
    mayChange: true,
    mayDelete: true,
    mayManageTeam: true,
  })
  vi.mocked(callFunction).mockResolvedValue({})
  vi.mocked(useLiveNewest).mockReturnValue({ state: 'ready', data: [] })
})

it('says of each kind of object how far it has been read, and what stopped it', async () => {
  shopIs({
    streams: {
      customers: { state: 'failed', count: 3, error: { message: 'Counts differ.', hint: 'Sync again.' } },
      orders: { state: 'syncing', count: 250, expected: 1000 },
    },
  })
  await show(<ShopPage />, where)
  const [, orders, customers] = screen.getAllByRole('row')
  expect(orders).toHaveTextContent('250 of 1,000')
  expect(within(orders as HTMLElement).getByRole('progressbar')).toHaveAttribute('aria-valuenow', '25')
  expect(customers).toHaveTextContent('Counts differ. Sync again.')
})

it('says what the shop gives only in part, why, and what helps', async () => {
  shopIs({
    capabilities: {
      orders: { state: 'partial', reason: 'Only 60 days.', instead: 'Ask for read_all_orders.' },
      reviews: { state: 'none', reason: 'Shopify has none.' },
    },
  })
  await show(<ShopPage />, where)
  expect(screen.getByText('Only 60 days.')).toBeVisible()
  expect(screen.getByText('Ask for read_all_orders.')).toBeVisible()
  expect(screen.getByText('Shopify has none.')).toBeVisible()
})

it('shows how far a first sync is, and how far back it has come, on a phone too', async () => {
  const oldest = new Date('2021-03-04T00:00:00Z')
  shopIs({
    status: 'running',
    stage: 'reading',
    progress: 12,
    streams: { orders: { state: 'syncing', count: 12_000, expected: 50_000, oldest } },
  })
  await show(<ShopPage />, where)
  const row = screen.getByRole('row', { name: /^Orders/ })
  expect(row).toHaveTextContent('12,000 of 50,000')
  expect(row).toHaveTextContent(/back to .*2021/)
  expect(screen.getByRole('progressbar', { name: 'Orders' })).toBeVisible()
})

it('says which customers ask for their data, by when to answer, and where it lies', async () => {
  shopIs({})
  requestsAre(
    {
      customer_id: '42',
      asked_at: new Date('2026-03-01T12:00:00Z'),
      due_at: new Date('2026-03-31T12:00:00Z'),
      found: [{ what: 'orders', rows: 7, customer_ids: ['c42'] }],
    },
    { customer_id: '43', found: null },
    { customer_id: '44', found: [] },
  )
  await show(<ShopPage />, where)
  const [first, second, third] = screen.getAllByRole('listitem')
  expect(first).toHaveTextContent(/Customer 42 asked on .*Mar.*2026, to be answered by .*Mar.*2026/)
  expect(first).toHaveTextContent('Order lines: 7')
  expect(screen.getByRole('link', { name: 'See c42' })).toHaveAttribute(
    'href',
    expect.stringContaining('/s/shopify/s1/customer'),
  )
  expect(second).toHaveTextContent('after the first sync')
  expect(third).toHaveTextContent('Nothing is stored on them.')
})

it('says why the news of a shop does not arrive', async () => {
  shopIs({ hooks: { state: 'failing', error: { message: 'The shop asks us to wait.', hint: 'In an hour.' } } })
  await show(<ShopPage />, where)
  expect(screen.getByText(/It is read every hour. The shop asks us to wait. In an hour./)).toBeVisible()
  expect(screen.queryByText('Customers who ask for their data')).toBeNull()
})

it('syncs when asked', async () => {
  shopIs({})
  const { user } = await show(<ShopPage />, where)
  await user.click(screen.getByRole('button', { name: 'Sync now' }))
  await waitFor(() =>
    expect(callFunction).toHaveBeenCalledWith('sync_source', { source }, expect.anything()),
  )
})

it('offers new keys, and no sync, where access has ended', async () => {
  shopIs({ connection: { state: 'expired', hint: 'Give new keys.' } })
  const { user } = await show(<ShopPage />, where)
  expect(screen.getByRole('alert')).toHaveTextContent('Access has ended. Give new keys.')
  expect(screen.queryByRole('button', { name: 'Sync now' })).toBeNull()
  await user.click(screen.getByRole('button', { name: 'Give new keys' }))
  await user.selectOptions(screen.getByLabelText('How to sign in'), 'token')
  expect(screen.queryByRole('option', { name: /approve/ })).toBeNull()
  await user.type(screen.getByLabelText('Access token'), 'shpat_2')
  await user.click(screen.getByRole('button', { name: 'Save' }))
  await waitFor(() =>
    expect(callFunction).toHaveBeenCalledWith(
      'rotate_credentials',
      { source, credentials: { access_token: 'shpat_2' } },
      expect.anything(),
    ),
  )
})

it('says the way back to a shop that was let go, and promises no news of it', async () => {
  shopIs({
    connection: { state: 'revoked', hint: 'Connect it again to go on.' },
    streams: { orders: { state: 'ready', count: 40 } },
  })
  await show(<ShopPage />, where)
  expect(screen.getByText('Connect it again to go on.')).toBeVisible()
  expect(screen.queryByRole('alert')).toBeNull()
  expect(screen.getByRole('button', { name: 'Give new keys' })).toBeVisible()
  expect(screen.getByText('Nothing more is read. What has been read stays.')).toBeVisible()
  expect(screen.getByRole('row', { name: /^Orders/ })).toHaveTextContent('Kept')
  expect(screen.queryByText('Up to date')).toBeNull()
  expect(screen.queryByText('New segments')).toBeNull()
})

it('reads everything again when asked, unless a job runs', async () => {
  shopIs({})
  const { user, unmount } = await show(<ShopPage />, where)
  await user.click(screen.getByRole('button', { name: 'More about Tea shop' }))
  await user.click(screen.getByRole('menuitem', { name: 'Read everything again' }))
  await waitFor(() =>
    expect(callFunction).toHaveBeenCalledWith('sync_source', { source, full: true }, expect.anything()),
  )
  unmount()
  shopIs({ status: 'running' })
  const again = await show(<ShopPage />, where)
  await again.user.click(screen.getByRole('button', { name: 'More about Tea shop' }))
  expect(screen.getByRole('menuitem', { name: 'Rename' })).toBeVisible()
  expect(screen.queryByRole('menuitem', { name: 'Read everything again' })).toBeNull()
})

it('renames, and deletes only after a yes', async () => {
  shopIs({})
  const { user, pathname } = await show(<ShopPage />, where)
  await user.click(screen.getByRole('button', { name: 'More about Tea shop' }))
  await user.click(screen.getByRole('menuitem', { name: 'Rename' }))
  await user.type(screen.getByLabelText('Name'), ' two')
  await user.click(screen.getByRole('button', { name: 'Save' }))
  await waitFor(() =>
    expect(changeDocument).toHaveBeenCalledWith('users/m1/data_sources/s1', { label: 'Tea shop two' }),
  )
  await user.click(screen.getByRole('button', { name: 'More about Tea shop' }))
  await user.click(screen.getByRole('menuitem', { name: 'Delete' }))
  expect(callFunction).not.toHaveBeenCalled()
  await user.click(screen.getByRole('button', { name: 'Delete for good' }))
  await waitFor(() => expect(pathname()).toBe('/m/m1/shops'))
  expect(callFunction).toHaveBeenCalledWith('delete_source', { source }, expect.anything())
})

it('disconnects only after a yes, and keeps what was read', async () => {
  shopIs({})
  const { user } = await show(<ShopPage />, where)
  await user.click(screen.getByRole('button', { name: 'More about Tea shop' }))
  await user.click(screen.getByRole('menuitem', { name: 'Disconnect' }))
  expect(callFunction).not.toHaveBeenCalled()
  await user.click(screen.getByRole('button', { name: 'Disconnect' }))
  await waitFor(() =>
    expect(callFunction).toHaveBeenCalledWith(
      'disconnect_ecommerce',
      { source, erase: false },
      expect.anything(),
    ),
  )
})

it('saves when new segments are made, and refuses a share that is none', async () => {
  shopIs({ refresh: { when: 'changed', percent: 5 } })
  const { user } = await show(<ShopPage />, where)
  const percent = screen.getByLabelText(/Share of customers/)
  await user.clear(percent)
  await user.type(percent, '200')
  await user.click(screen.getByRole('button', { name: 'Save' }))
  expect(percent).toHaveAccessibleDescription('Write a number from 1 to 100.')
  await user.clear(percent)
  await user.type(percent, '10')
  await user.click(screen.getByRole('button', { name: 'Save' }))
  await waitFor(() =>
    expect(changeDocument).toHaveBeenCalledWith('users/m1/data_sources/s1', {
      refresh: { when: 'changed', percent: 10 },
    }),
  )
})
