// @vitest-environment node
import { expect, it } from 'vitest'

import { guessesOf, samplesOf } from '@/features/reading/detection'
import { identifiesCustomers, mappingOf, meaningsOf } from '@/features/reading/fields'
import { findProblem, MAX_BYTES, storedName } from '@/features/reading/file-check'

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
