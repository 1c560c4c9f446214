import { screen, within } from '@testing-library/react'
import { expect, it, vi } from 'vitest'

import { type Chart, chartSchema } from '@/data/documents'
import { useChart } from '@/features/segments/api'
import { RunCharts } from '@/features/segments/run-charts'
import { PlaceContext } from '@/features/sources/place'
import { makePlace } from '@/features/sources/testing'
import { EmotionHeatmap } from '@/features/texts/emotion-heatmap'
import { makeSegment, show } from '@/testing'

vi.mock('@/features/segments/api')

/** The charts that a run has, by name; every other is missing. */
function haveCharts(charts: Record<string, unknown>): void {
  const stored = (name: string): Chart | null =>
    name in charts
      ? chartSchema.parse({ name, title: 'Stored title', takeaway: 'Stored words.', data: JSON.stringify(charts[name]) })
      : null
  vi.mocked(useChart).mockImplementation(
    (_source, _run, name) =>
      ({ data: stored(name), isPending: false, isError: false }) as ReturnType<typeof useChart>,
  )
}

function showCharts(which: 'map' | 'behaviour' | 'value') {
  return show(
    <PlaceContext value={makePlace()}>
      <RunCharts which={which} segments={[makeSegment()]} colours={{}} onOpen={() => undefined} />
    </PlaceContext>,
  )
}

it('says so where a run has no map', async () => {
  haveCharts({})
  await showCharts('map')
  expect(screen.getByRole('heading', { name: 'This run has no map' })).toBeVisible()
  expect(screen.getByText(/at least a few customers with orders/)).toBeVisible()
})

it('says of each missing chart of value why it is missing', async () => {
  haveCharts({})
  await showCharts('value')
  expect(screen.getByRole('heading', { name: 'Not enough data for this chart.' })).toBeVisible()
  expect(screen.getByRole('heading', { name: /first run, so nobody has moved/ })).toBeVisible()
  expect(screen.getByRole('heading', { name: /Too little history to predict who stays/ })).toBeVisible()
  // Below the title, and in place of the bars.
  const churn = screen.getByRole('region', { name: 'Churn risk by segment' })
  expect(within(churn).getAllByText('Too little history to predict who stays.')).toHaveLength(2)
  const value = screen.getByRole('region', { name: 'Expected value by segment' })
  expect(within(value).getAllByText('Too little history to predict value.')).toHaveLength(2)
})

it('doesn’t draw what isn’t shaped as agreed', async () => {
  haveCharts({ value: { segments: 'none' }, movement: { stayed: 'many' } })
  await showCharts('value')
  expect(screen.getByRole('heading', { name: 'Not enough data for this chart.' })).toBeVisible()
  expect(screen.getByRole('heading', { name: /first run, so nobody has moved/ })).toBeVisible()
})

it('has titles and names of days of its own, whatever the document says', async () => {
  haveCharts({
    affinity: { pairs: [] },
    orders_by_hour: { weekdays: ['Montag'], hours: [0], orders: [[3], [0], [0], [0], [0], [0], [0]] },
  })
  await showCharts('behaviour')
  const hours = screen.getByRole('region', { name: 'When orders come in' })
  expect(hours).toHaveTextContent('Stored words.')
  expect(screen.getByTitle('Monday, 00:00: 3 orders')).toBeVisible()
  const together = screen.getByRole('region', { name: 'Bought by the same customers' })
  expect(together).toHaveTextContent('Not enough data for this chart.')
  expect(screen.queryByText(/Stored title|Montag/)).toBeNull()
})

it('shows the figures of a chart as a table', async () => {
  haveCharts({
    value: { segments: [{ segment_key: 'loyal', name: 'Loyal', customer_count: 40, share: 0.2, revenue_share: 0.5 }] },
  })
  const { user } = await showCharts('value')
  await user.click(screen.getByRole('button', { name: 'Show Who brings the money as a table' }))
  expect(screen.getByRole('row', { name: 'Loyal 40 20% 50%' })).toBeVisible()
})

it('asks for a file with reviews only where files are uploaded', async () => {
  const { unmount } = await show(<EmotionHeatmap segments={[makeSegment()]} kind="csv" onOpen={() => undefined} />)
  expect(screen.getByText(/Upload a file with a review column/)).toBeVisible()
  unmount()
  await show(<EmotionHeatmap segments={[makeSegment()]} kind="shopify" onOpen={() => undefined} />)
  expect(screen.getByText(/This shop has no reviews/)).toBeVisible()
  expect(screen.queryByText(/Upload a file/)).toBeNull()
})
