/** Money as whole minor units of a currency, as functions/kindred/money.py counts them. */
import { formatMoney } from '@/data/format'

// Where ISO 4217, by which prices are counted, has more decimals than are usually shown.
const ISO_DIGITS: Record<string, number> = {
  ...Object.fromEntries(
    'AFN ALL COP HUF IDR IRR KPW LAK LBP MGA MMK MRO SLL SOS STD SYP TMM YER ZMK ZWD'
      .split(' ')
      .map((code) => [code, 2]),
  ),
  IQD: 3,
}

/** Decimal places of a currency; 2 where it is unknown. */
export function minorDigits(currency: string): number {
  const fixed = ISO_DIGITS[currency]
  if (fixed !== undefined) return fixed
  try {
    const format = new Intl.NumberFormat('en', { style: 'currency', currency })
    return format.resolvedOptions().maximumFractionDigits ?? 2
  } catch {
    return 2
  }
}

/**
 * Minor units of what somebody typed (`14.99`, `14,99`); null where it isn't a sum of the currency.
 * Digit by digit: a float would make 1998.9999 of 19.99. `1,290` may be a thousand and more or hardly one:
 * only `1.290` of a currency with three decimals is taken for the latter.
 */
export function toMinor(typed: string, currency: string): number | null {
  const digits = minorDigits(currency)
  const found = /^(\d{1,10})(?:[.,](\d*))?$/.exec(typed.trim())
  if (!found || (found[2]?.length === 3 && (digits < 3 || typed.includes(',')))) return null
  const decimals = (found[2] ?? '').replace(/0+$/, '')
  if (decimals.length > digits) return null
  return Number(`${found[1]}${decimals.padEnd(digits, '0')}`)
}

/** Minor units of decimal text as servers send it, `-14.99`; null where it isn't one. */
export function readMinor(text: string, currency: string): number | null {
  const minor = toMinor(text.replace(/^-/, ''), currency)
  return minor !== null && text.startsWith('-') ? -minor : minor
}

/** As it is typed: `14.99`. */
export function fromMinor(minor: number, currency: string): string {
  const digits = minorDigits(currency)
  const whole = String(Math.abs(minor)).padStart(digits + 1, '0')
  const cut = whole.length - digits
  return `${minor < 0 ? '-' : ''}${whole.slice(0, cut)}${digits ? `.${whole.slice(cut)}` : ''}`
}

/** As it is shown, in the reader's locale. */
export function formatMinor(minor: number | null | undefined, currency: string): string {
  return formatMoney(minor == null ? null : minor / 10 ** minorDigits(currency), currency)
}
