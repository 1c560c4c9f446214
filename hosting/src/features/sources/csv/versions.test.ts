// @vitest-environment node
import { expect, it } from 'vitest'

import { type Upload, uploadSchema } from '@/data/documents'
import { familyOf } from '@/features/sources/csv/versions'

it('gathers the versions of an upload, oldest first, even in a circle', () => {
  const make = (id: string, day: number, base?: string): Upload =>
    uploadSchema.parse({
      id,
      status: 'ready',
      created_at: new Date(2026, 1, day),
      based_on: base ? { upload_id: base, mode: 'replace' } : null,
    })
  const all = [make('c', 3, 'b'), make('a', 1), make('b', 2, 'a'), make('z', 4)]
  const [first] = all
  expect(first && familyOf(first, all).map(({ id }) => id)).toEqual(['a', 'b', 'c'])
  const circle = [make('p', 1, 'q'), make('q', 2, 'p')]
  const [start] = circle
  expect(start && familyOf(start, circle).length).toBeGreaterThan(0)
})
