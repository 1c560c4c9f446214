import { expect, it } from 'vitest'

import type { Segment } from '@/data/documents'
import { toCsv } from '@/features/insights/chart-frame'
import { exposed, fit, nearest, pointsOf } from '@/features/insights/map-geometry'
import { figureOf, rowsOf } from '@/features/segments/comparison'
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

it('sets pairs side by side, then what one side alone has', () => {
  const told = (name: string, share: number) => ({
    segment_key: name,
    name,
    customer_count: 10,
    share,
    revenue_share: 0.5,
    metrics: { frequency: 4 },
  })
  const rows = rowsOf({
    pairs: [{ a: told('Loyal', 0.6), b: told('Loyal', 0.1) }],
    only_a: [],
    only_b: [told('New', 0.9)],
  })
  expect(rows.map(({ a, b }) => [a?.name, b?.name])).toEqual([
    ['Loyal', 'Loyal'],
    [undefined, 'New'],
  ])
  const figures = (measure: string) => rows.map(({ a, b }) => [figureOf(a, measure), figureOf(b, measure)])
  expect(figures('share')).toEqual([[0.6, 0.1], [null, 0.9]])
  expect(figures('frequency')).toEqual([[4, 4], [null, 4]])
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

it('paints what comes into sight when a map is moved, once', () => {
  const [width, height] = [40, 30]
  for (const [dx, dy] of [[3, 0], [-3, 5], [4, -6], [-1, -1], [50, 0], [0, 0]] as const) {
    const areas = exposed(dx, dy, width, height)
    for (let x = 0; x < width; x += 1) {
      for (let y = 0; y < height; y += 1) {
        const wasInSight = x - dx >= 0 && x - dx < width && y - dy >= 0 && y - dy < height
        const times = areas.filter(
          ({ left, top, right, bottom }) => x >= left && x < right && y >= top && y < bottom,
        ).length
        expect(times).toBe(wasInSight ? 0 : 1)
      }
    }
  }
})

it('writes CSV that no spreadsheet runs', () => {
  const csv = toCsv({ columns: ['a', 'b'], rows: [['=cmd()', 'x, "y"']] })
  expect(csv).toBe('a,b\r\n\'=cmd(),"x, ""y"""')
})
