import { expect, it } from 'vitest'

import type { Segment } from '@/data/documents'
import { figureOf, rowsOf } from '@/features/segments/comparison'
import { radarAxes } from '@/features/segments/segment-charts'

it('sets pairs side by side, then what one side alone has', () => {
  const makeSide = (name: string, share: number) => ({
    segment_key: name,
    name,
    customer_count: 10,
    share,
    revenue_share: 0.5,
    metrics: { frequency: 4 },
  })
  const rows = rowsOf({
    pairs: [{ a: makeSide('Loyal', 0.6), b: makeSide('Loyal', 0.1) }],
    only_a: [],
    only_b: [makeSide('New', 0.9)],
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
