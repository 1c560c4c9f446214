import { screen, within } from '@testing-library/react'
import { expect, it, vi } from 'vitest'

import { HomePage } from '@/app/home-page'
import { dataSourceSchema } from '@/data/documents'
import { useLiveNewest } from '@/data/live'
import { actAs } from '@/features/accounts/testing'
import { show } from '@/testing'

vi.mock('@/data/auth')
vi.mock('@/data/live')
vi.mock('@/features/accounts/access', { spy: true })

async function overview(shops: Record<string, unknown>[]) {
  actAs('owner')
  const data = shops.map((fields) => dataSourceSchema.parse({ id: 's1', kind: 'shopify', ...fields }))
  vi.mocked(useLiveNewest).mockImplementation((path) => ({
    state: 'ready',
    data: (path?.endsWith('/data_sources') ? data : []) as never,
  }))
  return show(<HomePage />, { route: '/m/$owner', url: '/m/m1' })
}

it('offers both ways to begin where there is nothing', async () => {
  await overview([])
  expect(screen.getByRole('link', { name: 'Upload a CSV' })).toBeVisible()
  expect(screen.getByRole('link', { name: 'Connect a shop' })).toBeVisible()
})

it('shows the first sync of a shop, instead of asking to begin', async () => {
  await overview([{ label: 'Tea', status: 'running', stage: 'reading', progress: 40 }])
  const tea = screen.getByRole('region', { name: 'Tea' })
  expect(within(tea).getByRole('progressbar')).toHaveAttribute('aria-valuenow', '40')
  expect(within(tea).getByRole('link', { name: 'Tea' })).toHaveAttribute('href', '/m/m1/shops/shopify/s1')
  expect(screen.queryByRole('link', { name: 'Upload a CSV' })).toBeNull()
})

it('leaves out the later syncs, which come every hour', async () => {
  await overview([{ label: 'Tea', status: 'running', stage: 'reading', current_run: 'r1' }])
  expect(screen.queryByRole('progressbar')).toBeNull()
})

it('names the shops that need their merchant, and no others', async () => {
  await overview([
    { id: 's1', label: 'Tea', status: 'ready', connection: { state: 'expired' } },
    { id: 's2', label: 'Books', status: 'failed' },
    { id: 's3', label: 'Soap', status: 'ready', connection: { state: 'revoked' } },
    { id: 's4', label: 'Wine', status: 'ready', connection: { state: 'connected' } },
  ])
  const named = screen.getAllByRole('listitem').map(({ textContent }) => textContent)
  expect(named).toEqual(['TeaAccess has ended', 'BooksFailed'])
})
