import type { Cell } from '@/data/documents'

export type Change = { score: 'r' | 'f' | 'm'; value: number } | { score: 'best' }

// Reaching out costs least, a further order more, a larger basket most.
const ORDER = [
  ['r', 'recency_days'],
  ['f', 'frequency'],
  ['m', 'average_order_value'],
] as const

/** Which RFM score would rise with the least effort: the lowest one, the easier one of equals. */
export function cheapestChange(values: Record<string, Cell>): Change | null {
  const known = ORDER.flatMap(([score, figure]) => {
    const found = values[score]
    const value = values[figure]
    return typeof found === 'number' && typeof value === 'number' ? [{ score, found, value }] : []
  })
  if (known.length < ORDER.length) return null
  const lowest = known.reduce((least, one) => (one.found < least.found ? one : least))
  return lowest.found >= 5 ? { score: 'best' } : { score: lowest.score, value: lowest.value }
}
