import { expect, it } from 'vitest'

import { runSchema, type Segment } from '@/data/documents'
import { toCsv } from '@/features/insights/chart-frame'
import { fit, nearest, pointsOf } from '@/features/insights/map-geometry'
import { cheapestChange } from '@/features/segments/cheapest-change'
import { pairShares } from '@/features/segments/compare-page'
import { arrange } from '@/features/segments/customers-table'
import { radarAxes } from '@/features/segments/segment-charts'

const rows = [
  { id: 'b', values: { monetary: 5, city: 'Rome' } },
  { id: 'a', values: { monetary: null, city: 'Oslo' } },
  { id: 'c', values: { monetary: 9, city: 'Bern' } },
]

it('sorts numbers both ways and leaves missing ones last', () => {
  const ids = (descending: boolean) =>
    arrange(rows, '', { by: 'monetary', descending }).map(({ id }) => id)
  expect(ids(true)).toEqual(['c', 'b', 'a'])
  expect(ids(false)).toEqual(['b', 'c', 'a'])
})

it('filters by id and by any text', () => {
  expect(arrange(rows, 'OSL', null).map(({ id }) => id)).toEqual(['a'])
  expect(arrange(rows, 'c', null).map(({ id }) => id)).toEqual(['c'])
})

it('finds the cheapest change, the easier of equals first', () => {
  const figures = { recency_days: 90, frequency: 3, average_order_value: 20 }
  expect(cheapestChange({ ...figures, r: 2, f: 2, m: 4 })).toEqual({ score: 'r', value: 90 })
  expect(cheapestChange({ ...figures, r: 5, f: 3, m: 2 })).toEqual({ score: 'm', value: 20 })
  expect(cheapestChange({ ...figures, r: 5, f: 5, m: 5 })).toEqual({ score: 'best' })
  expect(cheapestChange({ r: null })).toBeNull()
})

it('pairs segments of two runs by name', () => {
  const run = (segments: [string, number][]) =>
    runSchema.parse({
      id: 'r',
      segments: segments.map(([name, share]) => ({ segment_key: name, name, share })),
    })
  expect(pairShares(run([['Loyal', 0.6]]), run([['New', 0.9], ['Loyal', 0.1]]))).toEqual([
    { name: 'New', left: null, right: 0.9 },
    { name: 'Loyal', left: 0.6, right: 0.1 },
  ])
})

it('places a segment between the lowest and highest of its run', () => {
  const make = (frequency: number): Segment =>
    ({ metrics: { frequency: { mean: frequency, median: 1 } } }) as unknown as Segment
  const all = [make(1), make(3), make(5)]
  const [, middle] = all
  expect(middle && radarAxes(middle, all)).toEqual([{ name: 'Orders', value: 0.5, mean: 0.5 }])
})

it('fits all points of a map into view, and finds the one under the pointer', () => {
  const points = pointsOf({
    segments: [{ segment_key: 'a', name: 'A', customer_ids: ['p', 'q'], x: [0, 10], y: [0, 10] }],
  })
  const view = fit(points, 200, 100)
  for (const { x, y } of points) {
    expect(x * view.scale + view.x).toBeGreaterThanOrEqual(0)
    expect(x * view.scale + view.x).toBeLessThanOrEqual(200)
    expect(y * view.scale + view.y).toBeGreaterThanOrEqual(0)
    expect(y * view.scale + view.y).toBeLessThanOrEqual(100)
  }
  const [first] = points
  if (!first) throw new Error('no points')
  const at = { x: first.x * view.scale + view.x, y: first.y * view.scale + view.y }
  expect(nearest(points, view, at.x + 2, at.y)?.id).toBe('p')
  expect(nearest(points, view, at.x + 60, at.y)).toBeNull()
})

it('writes CSV that no spreadsheet runs', () => {
  const csv = toCsv({ columns: ['a', 'b'], rows: [['=cmd()', 'x, "y"']] })
  expect(csv).toBe('a,b\r\n\'=cmd(),"x, ""y"""')
})
