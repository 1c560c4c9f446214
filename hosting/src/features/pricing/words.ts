/** What rules and effects say, in a few words. */
import { formatNumber } from '@/data/format'
import { formatMinor } from '@/data/money'
import type { Effect, Percent } from '@/data/prices'
import { text } from '@/features/pricing/text'

export function percentText(value: number): string {
  return `${formatNumber(value, 2)}%`
}

export function rangeOf(percent: Percent): { low: number; high: number } {
  return typeof percent === 'number' ? { low: percent, high: percent } : percent
}

/** `5% to 10% off`, `at €12.00`. */
export function effectText(effect: Effect, currency: string): string {
  const up = effect.kind === 'premium'
  if (effect.percent != null) {
    const { low, high } = rangeOf(effect.percent)
    return (up ? text.on_percent : text.off_percent)(percentText(low), percentText(high))
  }
  if (effect.amount != null) {
    return (up ? text.on_amount : text.off_amount)(formatMinor(effect.amount, currency))
  }
  return text.fixed_at(formatMinor(effect.price, currency))
}

/** A name that servers use (`purchase_history`), for people. */
export function plainName(known: Record<string, string>, name: string): string {
  if (known[name]) return known[name]
  const words = name.replaceAll(/[_-]/g, ' ')
  return words.charAt(0).toUpperCase() + words.slice(1)
}

/** How far a price lies from the public one, in percent of it; null where they are the same. */
export function distance(price: number | null, base: number | null): number | null {
  if (price === null || !base || price === base) return null
  return ((price - base) / base) * 100
}
