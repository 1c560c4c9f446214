import { screen } from '@testing-library/react'
import { beforeEach, expect, it, vi } from 'vitest'

import { dataSourceSchema } from '@/data/documents'
import { useLiveNewest } from '@/data/live'
import { useAccess } from '@/features/accounts/access'
import { ShopsPage } from '@/features/sources/shops/shops-page'
import { show } from '@/testing'

vi.mock('@/data/live')
vi.mock('@/features/accounts/access')

const where = { route: '/m/$owner/shops', url: '/m/m1/shops' }

function mayDelete(may: boolean) {
  vi.mocked(useAccess).mockReturnValue({
    state: 'ready',
    role: may ? 'owner' : 'viewer',
    mayChange: may,
    mayDelete: may,
    mayManageTeam: may,
  })
}

beforeEach(() => mayDelete(true))

it('offers to connect the first shop', async () => {
  vi.mocked(useLiveNewest).mockReturnValue({ state: 'ready', data: [] })
  await show(<ShopsPage />, where)
  expect(screen.getByText('No shop is connected')).toBeVisible()
  expect(screen.getByRole('link', { name: 'Connect a shop' })).toHaveAttribute('href', '/m/m1/shops/connect')
})

it('offers nothing to who may only look', async () => {
  mayDelete(false)
  vi.mocked(useLiveNewest).mockReturnValue({ state: 'ready', data: [] })
  await show(<ShopsPage />, where)
  expect(screen.queryByRole('link', { name: 'Connect a shop' })).toBeNull()
})

it('says of each shop whether it can be asked', async () => {
  const shop = (fields: Record<string, unknown>) =>
    dataSourceSchema.parse({ id: 's', kind: 'shopify', status: 'ready', ...fields })
  vi.mocked(useLiveNewest).mockReturnValue({
    state: 'ready',
    data: [
      shop({ id: 's1', label: 'Tea', streams: { orders: { count: 1200 } } }),
      shop({ id: 's2', label: 'Wine', connection: { state: 'uninstalled' } }),
      shop({ id: 's3', label: 'Books', status: 'failed', error: { message: 'Counts differ.' } }),
    ],
  })
  await show(<ShopsPage />, where)
  const [tea, wine, books] = screen.getAllByRole('listitem')
  expect(tea).toHaveTextContent('Connected')
  expect(tea).toHaveTextContent('1,200')
  expect(wine).toHaveTextContent('Removed in the shop')
  expect(books).toHaveTextContent('Counts differ.')
})
