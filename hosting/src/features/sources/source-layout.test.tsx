import { screen } from '@testing-library/react'
import { beforeEach, expect, it, vi } from 'vitest'

import { dataSourceSchema } from '@/data/documents'
import { actAs } from '@/features/accounts/testing'
import { useRun, useSource } from '@/features/sources/api'
import { fromDataSource } from '@/features/sources/source'
import { SourceLayout } from '@/features/sources/source-layout'
import { makeSource } from '@/features/sources/testing'
import { show } from '@/testing'

vi.mock('@/features/accounts/access', { spy: true })
vi.mock('@/features/sources/api')

const route = '/m/$owner/s/$kind/$sourceId'

beforeEach(() => {
  actAs('analyst')
  vi.mocked(useRun).mockReturnValue({ state: 'loading' })
})

function showShop(fields: Record<string, unknown>) {
  const shop = dataSourceSchema.parse({ id: 'shop1', kind: 'shopify', label: 'Corner Shop', ...fields })
  vi.mocked(useSource).mockReturnValue({ state: 'ready', data: fromDataSource('m1', shop) })
  return show(<SourceLayout />, { route, url: '/m/m1/s/shopify/shop1' })
}

function noLinkToUploads(): void {
  for (const link of screen.queryAllByRole('link')) {
    expect(link.getAttribute('href')).not.toContain('/uploads')
  }
}

it('leads from an upload without results to that upload', async () => {
  vi.mocked(useSource).mockReturnValue({ state: 'ready', data: makeSource({ currentRun: null }) })
  const { user, pathname } = await show(<SourceLayout />, { route, url: '/m/m1/s/csv/s1' })
  await user.click(screen.getByRole('link', { name: 'Open the upload' }))
  expect(pathname()).toBe('/m/m1/uploads/s1')
})

it('says of a shop without results that they are still to come', async () => {
  await showShop({})
  expect(screen.getByRole('heading', { level: 1, name: 'Corner Shop' })).toBeVisible()
  expect(screen.getByText('Shopify')).toBeVisible()
  expect(screen.getByText(/as soon as this shop’s orders are read/)).toBeVisible()
  expect(screen.getByRole('link', { name: 'Open the shop' })).toHaveAttribute('href', '/m/m1/shops/shopify/shop1')
  noLinkToUploads()
})

it('shows the job of a shop that is being read', async () => {
  await showShop({ status: 'running', stage: 'reading', progress: 12 })
  expect(screen.getByRole('progressbar', { name: 'Progress of the job' })).toHaveAttribute('aria-valuenow', '12')
  expect(screen.getByText('You can close this page. The job goes on.')).toBeVisible()
  noLinkToUploads()
})

it('says what stopped a shop’s job, and what to do', async () => {
  await showShop({ status: 'failed', error: { code: 'x', message: 'The shop refused the key.', hint: 'Make a new key.' } })
  expect(screen.getByRole('alert')).toHaveTextContent('The shop refused the key.Make a new key.')
  noLinkToUploads()
})

it('sends who asks for what is gone back to the overview', async () => {
  vi.mocked(useSource).mockReturnValue({ state: 'missing' })
  const { user, pathname } = await show(<SourceLayout />, { route, url: '/m/m1/s/csv/gone' })
  await user.click(screen.getByRole('link', { name: 'Back to the overview' }))
  expect(pathname()).toBe('/m/m1')
})
