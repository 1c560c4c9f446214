import { expect, it } from 'vitest'

import { ruleSchema } from '@/data/prices'
import { draftOf, emptyDraft, readDraft, type RuleDraft } from '@/features/pricing/rules/rule-draft'
import { makeRule } from '@/features/pricing/testing'

const source = { uid: 'm1', kind: 'csv', id: 's1' }

function read(fields: Partial<RuleDraft>, currency = 'EUR') {
  return readDraft({ ...emptyDraft('UTC'), name: 'A rule', ...fields }, source, currency)
}

it.each([
  { effect: { kind: 'discount', percent: { low: 5, high: 12.5 }, charm: 99 } },
  { effect: { kind: 'discount', amount: 450 } },
  { effect: { kind: 'fixed', price: 1200 } },
  { effect: { kind: 'premium', percent: { low: 2, high: 2 } } },
  { scope: { products: ['p1'], categories: [] } },
  { scope: { products: [], categories: ['Socks'] } },
  { who: { segments: ['a'], archetypes: ['at-risk'], rfm_groups: ['New'], definition: { all: [] } } },
  { schedule: { starts: '2026-12-01', ends: '2026-12-24', zone: 'Europe/Berlin', weekdays: [1, 7], from_hour: 8, to_hour: 20 } },
  { priority: -3, exclusive: true, group: { name: 'season', mode: 'stackable' }, active: false },
])('writes back what it read: %j', (fields) => {
  const stored = ruleSchema.parse({ id: 'a', ...makeRule(fields) })
  const { id: _, ...expected } = stored
  expect(readDraft(draftOf(stored, 'EUR'), source, 'EUR').rule).toEqual(expected)
})

it('takes sums in the decimals of their currency', () => {
  expect(read({ kind: 'fixed', price: '19,99' }).rule?.effect).toEqual({ kind: 'fixed', price: 1999 })
  expect(read({ kind: 'fixed', price: '1990' }, 'JPY').rule?.effect).toEqual({ kind: 'fixed', price: 1990 })
  expect(read({ kind: 'fixed', price: '19.99' }, 'JPY').problems?.price).toBeTruthy()
})

it('takes one percentage where the second is empty', () => {
  expect(read({ low: '7', high: '' }).rule?.effect.percent).toEqual({ low: 7, high: 7 })
})

it.each([
  ['name', { name: ' ' }],
  ['products', { scope: 'products' }],
  ['categories', { scope: 'categories' }],
  ['low', { low: 'ten' }],
  ['high', { low: '5', high: '101' }],
  ['high', { low: '20', high: '10' }],
  ['high', { low: '0', high: '0' }],
  ['amount', { unit: 'amount', amount: '0' }],
  ['price', { kind: 'fixed', price: '-1' }],
  ['ends', { starts: '2026-12-24', ends: '2026-12-01' }],
  ['zone', { zone: 'Mars/Olympus' }],
  ['fromHour', { fromHour: '20', toHour: '8' }],
  ['fromHour', { fromHour: '25' }],
  ['priority', { priority: '1.5' }],
  ['group', { group: '' }],
] as [keyof RuleDraft, Partial<RuleDraft>][])('says what is wrong with %s: %j', (field, fields) => {
  const { rule, problems } = read(fields)
  expect(rule).toBeNull()
  expect(problems?.[field]).toBeTruthy()
})
