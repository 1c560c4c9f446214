import { readFileSync } from 'node:fs'
import { join } from 'node:path'

import { expect, it } from 'vitest'

import { formatMinor, fromMinor, minorDigits, toMinor } from '@/data/money'

it.each([
  ['19.99', 'EUR', 1999],
  ['19,9', 'EUR', 1990],
  ['1.10', 'EUR', 110],
  ['0.29', 'EUR', 29],
  ['1500', 'JPY', 1500],
  ['1500.00', 'JPY', 1500],
  ['1.234', 'KWD', 1234],
  ['1.2340', 'KWD', 1234],
])('reads %s %s as %i', (typed, currency, minor) => {
  expect(toMinor(typed, currency)).toBe(minor)
})

it.each([
  ['19.999', 'EUR'],
  ['1.5', 'JPY'],
  ['1,290', 'EUR'],
  ['1.000', 'EUR'],
  ['20,000', 'JPY'],
  ['1,290', 'KWD'],
  ['-3', 'EUR'],
  ['1,234.50', 'EUR'],
  ['', 'EUR'],
  ['ten', 'EUR'],
  ['1e3', 'EUR'],
])('doesn’t take %j for a sum of %s', (typed, currency) => {
  expect(toMinor(typed, currency)).toBeNull()
})

it('writes back every sum as it was', () => {
  for (const currency of ['EUR', 'JPY', 'KWD']) {
    for (const minor of [0, 5, 99, 100, 1999, 123_456_789]) {
      expect(toMinor(fromMinor(minor, currency), currency)).toBe(minor)
    }
  }
  expect(fromMinor(-250, 'EUR')).toBe('-2.50')
})

it('shows sums in their currency', () => {
  expect(formatMinor(1999, 'EUR')).toContain('19.99')
  expect(formatMinor(null, 'EUR')).toBe('–')
})

it('counts decimals as the server does', () => {
  const source = readFileSync(join(process.cwd(), '../functions/kindred/money.py'), 'utf8')
  const listed = /_ISO_DIGITS: Final = \{[^]*?\}/.exec(source)?.[0] ?? ''
  const codes = [...listed.matchAll(/"([A-Z]{3})"/g)].map((found) => found[1] ?? '')
  expect(codes.length).toBeGreaterThan(15)
  for (const code of codes) expect(minorDigits(code), code).toBe(code === 'IQD' ? 3 : 2)
  expect(minorDigits('KRW')).toBe(0)
})
