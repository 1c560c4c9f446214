/** How a figure of a customer or segment is written, by its name. */
import type { Cell } from '@/data/documents'
import { formatCount, formatDate, formatMoney, formatNumber, formatShare } from '@/data/format'
import { text } from '@/features/customers/text'

const MONEY = new Set([
  'monetary',
  'average_order_value',
  'value',
  'value_low',
  'value_high',
  'value_3y',
  'value_5y',
])
const SHARES = new Set([
  'discount_share',
  'refund_share',
  'weekend_share',
  'night_share',
  'churn',
  'churn_low',
  'churn_high',
  'product_repetition',
  'category_variety',
  'price_position',
  'desire',
  'worry',
  'devotion',
  'curiosity',
  'pride',
  'anger',
])
const DATES = new Set(['first_order', 'last_order'])
const WHOLE = new Set(['frequency', 'r', 'f', 'm', 'category_breadth'])
const HIDDEN = new Set(['x', 'y', 'rank', 'segment_key', 'next_segment'])

export function featureName(feature: string): string {
  const known = text.features[feature]
  if (known) return known
  const words = feature.replace(/_/g, ' ')
  return words.charAt(0).toUpperCase() + words.slice(1)
}

export function isShown(feature: string): boolean {
  return !HIDDEN.has(feature)
}

/** Text and dates align left, numbers right. */
export function isNumeric(values: readonly Cell[]): boolean {
  return values.some((value) => typeof value === 'number')
}

export function formatFigure(feature: string, value: Cell | undefined, currency: string | null): string {
  if (value == null) return '–'
  if (typeof value === 'boolean') return value ? text.yes : text.no
  if (typeof value === 'string') {
    if (DATES.has(feature)) return formatDate(value)
    return feature === 'next_step' ? (text.steps[value] ?? value) : value
  }
  if (MONEY.has(feature)) return formatMoney(value, currency)
  if (SHARES.has(feature)) return formatShare(value, 0)
  if (feature.endsWith('_days') || feature === 'visits' || feature === 'carts') {
    return formatCount(value)
  }
  return formatNumber(value, WHOLE.has(feature) ? 1 : 2)
}
