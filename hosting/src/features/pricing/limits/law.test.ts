import { expect, it } from 'vitest'

import { placeName, places, rowsOf, stateOn, table, whoBlocksPrices, whoBlocksRaises } from '@/features/pricing/limits/law'

it('reads the table that the server works by', () => {
  expect(table.rows.length).toBeGreaterThan(5)
  expect(places()).toContain('DE')
  expect(places()).not.toContain('unknown')
  expect(placeName('DE')).toBe('Germany')
})

it('knows from which day Connecticut forbids prices from personal data', () => {
  expect(whoBlocksPrices('US-CT', false, '2026-09-30')).toBeNull()
  expect(whoBlocksPrices('US-CT', false, '2026-10-01')).toBe('US-CT')
})

it('has the union’s rows for its members', () => {
  expect(rowsOf('DE').map(({ jurisdiction }) => jurisdiction)).toContain('EU')
})

it('takes an unknown place, and none, for the unknown, which allows no raise', () => {
  for (const place of [null, 'ZZ']) {
    expect(rowsOf(place).map(({ jurisdiction }) => jurisdiction)).toEqual(['unknown'])
    expect(whoBlocksRaises(place, false, '2026-11-29')).toBe('unknown')
  }
})

it('takes a country for all of its states that have rows', () => {
  expect(rowsOf('US').length).toBeGreaterThan(1)
})

it('tells past, present and coming laws apart, the last day included', () => {
  const row = rowsOf('US-CT').find(({ until }) => until === '2026-09-30')
  if (!row) throw new Error('Connecticut has no row that ends')
  expect(stateOn(row, '2026-09-30')).toBe('holds')
  expect(stateOn(row, '2026-10-01')).toBe('past')
  expect(stateOn({ ...row, from: '2027-01-01', until: null }, '2026-10-01')).toBe('coming')
})
