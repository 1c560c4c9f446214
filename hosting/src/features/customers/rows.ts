/** Customers as rows of a table: their order, and which columns they have. */
import type { Cell, Page } from '@/data/documents'
import { featureName, isShown } from '@/features/customers/figures'

/** One customer as a row of a table. */
export interface CustomerRow {
  id: string
  values: Record<string, Cell>
}

export function rowsOf(page: Page): CustomerRow[] {
  const names = Object.keys(page.columns)
  return page.customer_ids.map((id, at) => ({
    id,
    values: Object.fromEntries(names.map((name) => [name, page.columns[name]?.[at] ?? null])),
  }))
}

/** What a merchant looks at first; other columns follow in the order of the page. */
const FIRST = [
  'monetary',
  'frequency',
  'recency_days',
  'average_order_value',
  'rfm_group',
  'churn',
  'value',
  'mood',
]

export interface Column {
  name: string
  numeric: boolean
  width: number
}

export function columnsOf(rows: CustomerRow[], lead: string | undefined): Column[] {
  const names = Object.keys(rows[0]?.values ?? {})
  const filled = names.filter(
    (name) => isShown(name) && rows.some((row) => row.values[name] != null),
  )
  const first = [...new Set([...(lead ? [lead] : []), ...FIRST])]
  const rest = filled.filter((name) => !first.includes(name))
  return [...first.filter((name) => filled.includes(name)), ...rest].map((name) => {
    const numeric = rows.some((row) => typeof row.values[name] === 'number')
    return { name, numeric, width: Math.min(220, Math.max(numeric ? 112 : 150, featureName(name).length * 7.2 + 44)) }
  })
}

export interface Sorting {
  by: string
  descending: boolean
}

/** Filter by id and text, and sort; rows without a value come last either way. */
export function arrange(rows: CustomerRow[], filter: string, sorting: Sorting | null): CustomerRow[] {
  const wanted = filter.trim().toLowerCase()
  const kept = wanted
    ? rows.filter(
        (row) =>
          row.id.toLowerCase().includes(wanted) ||
          Object.values(row.values).some(
            (value) => typeof value === 'string' && value.toLowerCase().includes(wanted),
          ),
      )
    : rows
  if (!sorting) return kept
  const sign = sorting.descending ? -1 : 1
  const key = (row: CustomerRow): Cell =>
    sorting.by === 'customer_id' ? row.id : (row.values[sorting.by] ?? null)
  return kept.toSorted((left, right) => {
    const [a, b] = [key(left), key(right)]
    if (a === null || b === null) return a === b ? 0 : a === null ? 1 : -1
    if (typeof a === 'string' && typeof b === 'string') return sign * a.localeCompare(b)
    return sign * (Number(a) - Number(b))
  })
}
