/** Whom and what a rule can name: what the source's current run and its products offer. */
import { formatCount } from '@/data/format'
import type { Product } from '@/data/prices'
import { useChart, useSegments } from '@/features/segments/api'
import { groupsData } from '@/features/segments/charts/chart-data'
import { text as segmentWords } from '@/features/segments/text'
import { usePlace } from '@/features/sources/place'
import type { Choice } from '@/ui/pick-list'

export interface Audience {
  state: 'loading' | 'ready'
  segments: Choice[]
  archetypes: Choice[]
  rfmGroups: Choice[]
}

export function useAudience(): Audience {
  const { source, run } = usePlace()
  const current = source.currentRun ?? run
  const segments = useSegments(source.ref, current)
  const dimensions = useChart(source.ref, current, 'dimensions')
  const found = segments.data ?? []
  const counts = new Map<string, number>()
  for (const { archetype, customer_count: count } of found) {
    if (archetype) counts.set(archetype, (counts.get(archetype) ?? 0) + count)
  }
  const groups = groupsData.safeParse(dimensions.data?.data)
  return {
    state: segments.isPending || dimensions.isPending ? 'loading' : 'ready',
    segments: found.map(({ segment_key: value, name, customer_count: count }) => ({
      value,
      label: name,
      note: formatCount(count),
    })),
    archetypes: [...counts].map(([value, count]) => ({
      value,
      label: segmentWords.archetypes[value] ?? value,
      note: formatCount(count),
    })),
    rfmGroups: (groups.success ? (groups.data['rfm'] ?? []) : []).map(({ name, customers }) => ({
      value: name,
      label: name,
      note: formatCount(customers),
    })),
  }
}

export function categoriesOf(products: Product[]): Choice[] {
  const counts = new Map<string, number>()
  for (const { category } of products) {
    if (category) counts.set(category, (counts.get(category) ?? 0) + 1)
  }
  return [...counts]
    .map(([value, count]) => ({ value, label: value, note: formatCount(count) }))
    .toSorted((left, right) => left.label.localeCompare(right.label))
}

export function choicesOf(products: Product[]): Choice[] {
  return products
    .map((product) => ({ value: product.id, label: product.name }))
    .toSorted((left, right) => left.label.localeCompare(right.label))
}

/** The currency that a source's prices are in: that of most of its products. */
export function currencyOf(products: Product[], fallback: string | null): string {
  const counts = new Map<string, number>()
  for (const { currency } of products) counts.set(currency, (counts.get(currency) ?? 0) + 1)
  const [first] = [...counts].toSorted((left, right) => right[1] - left[1])
  return first?.[0] ?? fallback ?? 'EUR'
}
