// @vitest-environment node
import { expect, it } from 'vitest'

import { type Upload, uploadSchema } from '@/data/documents'
import { guessesOf, samplesOf } from '@/features/uploads/detection'
import { identifiesCustomers, mappingOf, meaningsOf } from '@/features/uploads/fields'
import { findProblem, MAX_BYTES, storedName } from '@/features/uploads/file-check'
import { familyOf } from '@/features/uploads/versions'

it('makes names that Storage takes, and keeps their ending', () => {
  expect(storedName('a/b\\c\u0001.csv')).toBe('a_b_c_.csv')
  const long = storedName(`${'x'.repeat(300)}.csv`)
  expect(long).toHaveLength(200)
  expect(long.endsWith('.csv')).toBe(true)
})

it('refuses files before they are sent', async () => {
  expect(await findProblem(new File([], 'a.csv'))).toMatch(/empty/)
  expect(await findProblem(new File(['x'], 'a.pdf'))).toMatch(/isn’t a CSV/)
  expect(await findProblem(new File(['a,b\u0000\u0000'], 'a.csv'))).toMatch(/text/)
  const large = new File(['x'], 'a.csv')
  Object.defineProperty(large, 'size', { value: MAX_BYTES + 1 })
  expect(await findProblem(large)).toMatch(/larger/)
  expect(await findProblem(new File(['a,b\n1,2\n'], 'a.csv'))).toBeNull()
})

it('turns a mapping over and back', () => {
  const mapping = { name: ['First', 'Last'], amount: 'Total' }
  const meanings = meaningsOf(mapping)
  expect(meanings).toEqual({ First: 'name', Last: 'name', Total: 'amount' })
  expect(mappingOf(['First', 'Last', 'Total', 'Other'], meanings)).toEqual(mapping)
})

it('knows whether customers can be told apart', () => {
  expect(identifiesCustomers({ a: 'email' })).toBe(true)
  expect(identifiesCustomers({ a: 'amount', b: '' })).toBe(false)
})

it('shows a few different values under each header', () => {
  expect(samplesOf(['a', 'b'], [['1', 'x'], ['1', ''], ['2', 'y']])).toEqual({
    a: ['1', '2'],
    b: ['x', 'y'],
  })
})

it('reads guesses of one and of several columns', () => {
  const guesses = guessesOf({
    name: { column: ['First', 'Last'], confidence: 0.9 },
    amount: { column: 'Total' },
    city: { column: null },
  })
  expect(guesses).toEqual({
    First: { field: 'name', confidence: 0.9 },
    Last: { field: 'name', confidence: 0.9 },
    Total: { field: 'amount', confidence: null },
  })
})

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
