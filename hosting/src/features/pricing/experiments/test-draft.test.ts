import { expect, it } from 'vitest'

import { priceTestSchema } from '@/data/prices'
import { emptyTest, newSeed, readTest, testDraftOf } from '@/features/pricing/experiments/test-draft'

const source = { uid: 'm1', kind: 'csv', id: 's1' }
const draft = { ...emptyTest(), name: 'Ten off', products: ['p1'] }

it('makes a draft with a control, a holdout and a seed of its own', () => {
  expect(readTest(draft, source, 'EUR', 'seed').fields).toEqual({
    name: 'Ten off',
    source: { kind: 'csv', id: 's1' },
    products: ['p1'],
    arms: [
      { id: 'control', effect: null, weight: 1 },
      { id: 'price-1', effect: { kind: 'discount', percent: 10 }, weight: 1 },
    ],
    seed: 'seed',
    holdout: 0.1,
    status: 'draft',
    starts: null,
    ends: null,
    thompson: false,
  })
  expect(newSeed()).not.toBe(newSeed())
})

it('writes back what it read', () => {
  const arms = [
    { kind: 'fixed' as const, value: '12.99', weight: '2' },
    { kind: 'premium' as const, value: '5', weight: '0.5' },
  ]
  const { fields } = readTest({ ...draft, arms, holdout: '12.5' }, source, 'EUR', 's')
  const stored = priceTestSchema.parse({ id: 't', ...fields })
  expect(readTest(testDraftOf(stored, 'EUR'), source, 'EUR', 's').fields).toEqual(fields)
})

it('says what is wrong with each price', () => {
  const arms = [
    { kind: 'discount' as const, value: '0', weight: '1' },
    { kind: 'fixed' as const, value: 'cheap', weight: '1' },
    { kind: 'discount' as const, value: '5', weight: '0' },
  ]
  const { problems } = readTest({ ...draft, arms, holdout: '95' }, source, 'EUR', 's')
  expect([...(problems?.arms.keys() ?? [])]).toEqual([0, 1, 2])
  expect(problems?.holdout).toBeTruthy()
  expect(readTest({ ...draft, arms: [] }, source, 'EUR', 's').problems?.all).toBeTruthy()
})
