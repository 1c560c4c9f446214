/** Numbers, money and dates, in the reader's locale and the source's currency. */

const locale = (): string | undefined =>
  typeof navigator === 'undefined' ? undefined : navigator.language

const cache = new Map<string, Intl.NumberFormat>()

function numbers(options: Intl.NumberFormatOptions): Intl.NumberFormat {
  const key = JSON.stringify(options)
  const format = cache.get(key) ?? new Intl.NumberFormat(locale(), options)
  cache.set(key, format)
  return format
}

const NOTHING = '–'

type Maybe = number | null | undefined

export function formatCount(value: Maybe): string {
  return value == null ? NOTHING : numbers({ maximumFractionDigits: 0 }).format(value)
}

export function formatNumber(value: Maybe, digits = 1): string {
  return value == null ? NOTHING : numbers({ maximumFractionDigits: digits }).format(value)
}

/** Always with `digits` behind the point, so that figures in a column line up. */
export function formatFixed(value: Maybe, digits = 1): string {
  if (value == null) return NOTHING
  return numbers({ minimumFractionDigits: digits, maximumFractionDigits: digits }).format(value)
}

export function formatCompact(value: Maybe): string {
  if (value == null) return NOTHING
  return numbers({ notation: 'compact', maximumFractionDigits: 1 }).format(value)
}

/** `share` is 0-1. */
export function formatShare(share: Maybe, digits = 0): string {
  if (share == null) return NOTHING
  return numbers({ style: 'percent', maximumFractionDigits: digits }).format(share)
}

export function formatMoney(value: Maybe, currency: string | null | undefined): string {
  if (value == null) return NOTHING
  if (!currency) return numbers({ maximumFractionDigits: 2, minimumFractionDigits: 2 }).format(value)
  try {
    return numbers({ style: 'currency', currency }).format(value)
  } catch {
    return `${formatNumber(value, 2)} ${currency}` // not an ISO code this browser knows
  }
}

export function formatMoneyShort(value: Maybe, currency: string | null | undefined): string {
  if (value == null) return NOTHING
  if (!currency || Math.abs(value) < 1000) return formatMoney(value, currency)
  try {
    return numbers({
      style: 'currency',
      currency,
      notation: 'compact',
      maximumFractionDigits: 1,
    }).format(value)
  } catch {
    return formatMoney(value, currency)
  }
}

export function formatDate(value: Date | string | null | undefined): string {
  const date = toDate(value)
  return date ? new Intl.DateTimeFormat(locale(), { dateStyle: 'medium' }).format(date) : NOTHING
}

export function formatDateTime(value: Date | string | null | undefined): string {
  const date = toDate(value)
  if (!date) return NOTHING
  return new Intl.DateTimeFormat(locale(), { dateStyle: 'medium', timeStyle: 'short' }).format(date)
}

export function formatMonth(value: Date | string): string {
  const date = toDate(value)
  if (!date) return String(value)
  return new Intl.DateTimeFormat(locale(), { month: 'short', year: '2-digit' }).format(date)
}

export function formatBytes(bytes: number): string {
  const units = ['byte', 'kilobyte', 'megabyte', 'gigabyte'] as const
  let size = bytes
  let unit = 0
  while (size >= 1000 && unit < units.length - 1) {
    size /= 1000
    unit += 1
  }
  return numbers({
    style: 'unit',
    unit: units[unit],
    unitDisplay: 'short',
    maximumFractionDigits: size < 10 && unit > 0 ? 1 : 0,
  }).format(size)
}

export function formatAgo(value: Date | null | undefined, now: number): string {
  if (!value) return NOTHING
  const seconds = Math.round((value.getTime() - now) / 1000)
  const steps = [
    ['day', 86_400],
    ['hour', 3_600],
    ['minute', 60],
  ] as const
  const relative = new Intl.RelativeTimeFormat(locale(), { numeric: 'auto' })
  for (const [unit, length] of steps) {
    if (Math.abs(seconds) >= length) return relative.format(Math.trunc(seconds / length), unit)
  }
  return relative.format(0, 'minute')
}

/** ISO dates without a time are days of the calendar, in whatever zone the reader is. */
function toDate(value: Date | string | null | undefined): Date | null {
  if (!value) return null
  if (value instanceof Date) return value
  const date = /^\d{4}-\d{2}-\d{2}$/.test(value) ? new Date(`${value}T12:00:00`) : new Date(value)
  return Number.isNaN(date.getTime()) ? null : date
}
