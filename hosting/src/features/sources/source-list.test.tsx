import { screen } from '@testing-library/react'
import { Store } from 'lucide-react'
import { expect, it } from 'vitest'

import type { Live } from '@/data/live'
import { SourceCard, SourceList } from '@/features/sources/source-list'
import { show } from '@/testing'

const words = {
  title: 'Shops',
  note: 'They come by themselves.',
  loading: 'Loading shops',
  failed: 'Shops could not be loaded',
  denied: 'You may not see these shops',
  deniedNote: 'Ask the owner.',
  empty: 'No shop yet',
  emptyNote: 'Connect one.',
}

function list(sources: Live<{ id: string }[]>) {
  return show(
    <SourceList
      {...{ sources, words }}
      icon={Store}
      start={<button type="button">Connect</button>}
      beside={<p>Beside</p>}
      renderCard={({ id }, all) => `${id} of ${all.length}`}
    />,
  )
}

it('says that it is loading', async () => {
  await list({ state: 'loading' })
  expect(screen.getByRole('status')).toHaveTextContent('Loading shops')
})

it('says who can help where one may not look', async () => {
  await list({ state: 'denied' })
  expect(screen.getByRole('heading', { name: 'You may not see these shops' })).toBeVisible()
  expect(screen.getByText('Ask the owner.')).toBeVisible()
})

it('says why nothing could be loaded', async () => {
  await list({ state: 'failed', message: 'You are offline.' })
  expect(screen.getByRole('alert')).toHaveTextContent('Shops could not be loaded')
  expect(screen.getByRole('alert')).toHaveTextContent('You are offline.')
})

it('offers to begin where there is nothing', async () => {
  await list({ state: 'ready', data: [] })
  expect(screen.getByRole('heading', { level: 1, name: 'Shops' })).toBeVisible()
  expect(screen.getByText('No shop yet')).toBeVisible()
  expect(screen.getByRole('button', { name: 'Connect' })).toBeVisible()
  expect(screen.queryByRole('list')).toBeNull()
})

it('shows each source there is, and offers no beginning', async () => {
  await list({ state: 'ready', data: [{ id: 'tea' }, { id: 'wine' }] })
  const shown = screen.getAllByRole('listitem').map(({ textContent }) => textContent)
  expect(shown).toEqual(['tea of 2', 'wine of 2'])
  expect(screen.getByText('Beside')).toBeVisible()
  expect(screen.queryByText('No shop yet')).toBeNull()
})

const card = { kind: 'shopify', link: 'Tea', below: 'Synced today', badge: 'Connected' }

it('shows progress only while a job runs, also before a share is known', async () => {
  const { unmount } = await show(<SourceCard {...card} figures={[]} />)
  expect(screen.queryByRole('progressbar')).toBeNull()
  unmount()
  await show(<SourceCard {...card} figures={[]} progress={null} />)
  expect(screen.getByRole('progressbar')).toBeVisible()
})

it('names its figures, and what of them went wrong', async () => {
  const figures = [{ label: 'Rows', value: '1,200', problem: '3 rejected' }]
  await show(<SourceCard {...card} figures={figures} problem="Counts differ." />)
  expect(screen.getByText('Rows').parentElement).toHaveTextContent('Rows1,2003 rejected')
  expect(screen.getByText('Counts differ.')).toBeVisible()
})
