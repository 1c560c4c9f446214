// @vitest-environment node
import { expect, it } from 'vitest'

import { arrange } from '@/features/customers/rows'

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
