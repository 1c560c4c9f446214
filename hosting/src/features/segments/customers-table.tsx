import { useInfiniteQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useVirtualizer } from '@tanstack/react-virtual'
import { ArrowDown, ArrowUp, ChevronsUpDown } from 'lucide-react'
import { memo, useCallback, useEffect, useMemo, useRef, useState } from 'react'

import type { Cell, Segment } from '@/data/documents'
import { whatFailed } from '@/data/failure'
import { formatCount } from '@/data/format'
import { featureName, formatFigure, isShown } from '@/features/segments/figures'
import { type CustomerRow, loadPage, rowsOf } from '@/features/segments/run-data'
import { text } from '@/features/segments/text'
import { SourceBadge } from '@/features/sources/source-badge'
import { usePlace } from '@/features/sources/source-layout'
import { Button } from '@/ui/button'
import { Card } from '@/ui/card'
import { classes } from '@/ui/classes'
import { Failed, Loading, Note, State } from '@/ui/states'

const ROW = 38
const PREVIEW_ROWS = 8
/** Segments up to this size are loaded whole, page by page, as soon as they are sorted or filtered. */
const LOADED_WHOLE = 10_000
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

export interface Sorting {
  by: string
  descending: boolean
}

interface CustomersTableProps {
  segment: Segment
  /** The first few rows only, without controls. */
  preview?: boolean
  filter?: string
  sorting?: Sorting | null
  onSort?: (sorting: Sorting | null) => void
}

export function CustomersTable({ segment, preview, filter = '', sorting = null, onSort }: CustomersTableProps) {
  const { source, run } = usePlace()
  const [everything, setEverything] = useState(false)
  const pages = useInfiniteQuery({
    queryKey: ['customers', source.ref, run, segment.segment_key],
    queryFn: ({ pageParam }) => loadPage(source.ref, run, segment.segment_key, pageParam),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last?.id,
  })
  const rows = useMemo(
    () => (pages.data?.pages ?? []).flatMap((page) => (page ? rowsOf(page) : [])),
    [pages.data],
  )
  const complete = rows.length >= segment.customer_count || pages.data?.pages.at(-1) === null
  const shown = useMemo(() => arrange(rows, filter, sorting), [rows, filter, sorting])
  const [lead] = useState(sorting?.by) // who comes to see one column sorted finds it in sight
  const columns = useMemo(() => columnsOf(rows, lead), [rows, lead])

  const arranged = sorting !== null || filter.trim() !== ''
  const size = segment.customer_count
  const hurry =
    !preview &&
    (everything || (arranged && size <= LOADED_WHOLE)) &&
    rows.length > 0 &&
    !complete &&
    !pages.isError
  const { fetchNextPage, isFetchingNextPage } = pages
  useEffect(() => {
    if (hurry && !isFetchingNextPage) void fetchNextPage()
  }, [fetchNextPage, hurry, isFetchingNextPage])

  if (pages.isPending) return <Loading label={text.customers.loading} rows={1} />
  if (pages.isError && rows.length === 0) {
    return <Failed inside title={text.customers.failed} message={whatFailed(pages.error).message} />
  }
  if (rows.length === 0) return <State title={text.customers.none}>{text.customers.noneNote}</State>
  return (
    <Card className="overflow-hidden">
      <div className="flex flex-wrap items-center justify-between gap-2 border-b border-line px-4 py-2.5">
        <div className="flex flex-wrap items-center gap-2">
          {preview ? <h2 className="text-[15px] font-semibold">{text.segment.customers}</h2> : null}
          <SourceBadge kind={source.ref.kind} />
          <span className="figures text-xs text-ink-soft" role="status">
            {text.customers.loaded(formatCount(rows.length), formatCount(segment.customer_count))}
          </span>
        </div>
        {preview || complete ? null : (
          <div className="flex gap-2">
            <Button
              size="small"
              busy={pages.isFetchingNextPage && !hurry}
              disabled={hurry}
              onClick={() => void pages.fetchNextPage()}
            >
              {text.customers.loadMore}
            </Button>
            <Button size="small" busy={hurry} onClick={() => setEverything(true)}>
              {text.customers.loadAll}
            </Button>
          </div>
        )}
      </div>
      {preview || complete || !arranged ? null : (
        <div className="px-4 py-2.5">
          <Note tone="pricing" role="status">
            {hurry
              ? text.customers.loadingAll
              : text.customers.partly(formatCount(rows.length), formatCount(size))}
          </Note>
        </div>
      )}
      {shown.length === 0 ? (
        <p className="px-4 py-8 text-center text-ink-soft">{text.customers.noMatch}</p>
      ) : (
        <Rows
          rows={preview ? shown.slice(0, PREVIEW_ROWS) : shown}
          columns={columns}
          sorting={sorting}
          onSort={preview ? undefined : onSort}
        />
      )}
      {preview ? null : (
        <p className="border-t border-line px-4 py-2 text-xs text-ink-soft">
          {complete ? text.customers.wholeNote : text.customers.sortNote}
        </p>
      )}
    </Card>
  )
}

interface Column {
  name: string
  numeric: boolean
  width: number
}

function columnsOf(rows: CustomerRow[], lead: string | undefined): Column[] {
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

interface RowsProps {
  rows: CustomerRow[]
  columns: Column[]
  sorting: Sorting | null
  onSort: ((sorting: Sorting | null) => void) | undefined
}

const ID_WIDTH = 176

function Rows({ rows, columns, sorting, onSort }: RowsProps) {
  const { source, run, currency } = usePlace()
  const navigate = useNavigate()
  const frame = useRef<HTMLDivElement>(null)
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => frame.current,
    estimateSize: () => ROW,
    overscan: 8,
  })
  const width = ID_WIDTH + columns.reduce((sum, column) => sum + column.width, 0)
  const across = useVirtualizer({
    horizontal: true,
    count: columns.length,
    getScrollElement: () => frame.current,
    estimateSize: (at) => columns[at]?.width ?? 0,
    paddingStart: ID_WIDTH,
    overscan: 3,
  })
  const inSight = across.getVirtualItems()
  const from = inSight[0]?.index ?? 0
  const to = (inSight.at(-1)?.index ?? -1) + 1
  const skipped = columns.slice(0, from).reduce((sum, column) => sum + column.width, 0)
  const shown = useMemo(
    () => columns.slice(from, to).map((column, at) => ({ ...column, index: from + at + 2 })),
    [columns, from, to],
  )
  const grow = shown.length === columns.length ? 1 : 0 // few columns share the room that is left
  const { uid, kind, id: sourceId } = source.ref
  const search = run === source.currentRun ? undefined : run
  const open = useCallback(
    (id: string): void => {
      void navigate({
        to: '/m/$owner/s/$kind/$sourceId/customer',
        params: { owner: uid, kind, sourceId },
        search: { id, ...(search ? { run: search } : {}) },
      })
    },
    [navigate, uid, kind, sourceId, search],
  )
  const head = (name: string, label: string, at: number, style: React.CSSProperties, numeric: boolean) => {
    const active = sorting?.by === name
    const Icon = !active ? ChevronsUpDown : sorting.descending ? ArrowDown : ArrowUp
    return (
      <div
        key={name}
        role="columnheader"
        aria-colindex={at}
        aria-sort={active ? (sorting.descending ? 'descending' : 'ascending') : 'none'}
        style={style}
        className={classes(
          'flex shrink-0 items-center bg-sunken px-3 text-xs font-medium text-ink-soft',
          numeric && 'justify-end',
          at === 1 && 'sticky left-0 z-10',
        )}
      >
        {onSort ? (
          <button
            type="button"
            aria-label={text.customers.sortBy(label)}
            className="inline-flex items-center gap-1 whitespace-nowrap hover:text-ink"
            onClick={() =>
              onSort(
                !active
                  ? { by: name, descending: numeric }
                  : sorting.descending === numeric
                    ? { by: name, descending: !numeric }
                    : null,
              )
            }
          >
            {label} <Icon className="size-3.5" aria-hidden />
          </button>
        ) : (
          <span className="whitespace-nowrap">{label}</span>
        )}
      </div>
    )
  }

  return (
    <div
      ref={frame}
      role="table"
      aria-label={text.customers.table}
      aria-rowcount={rows.length + 1}
      aria-colcount={columns.length + 1}
      tabIndex={0}
      className="relative max-h-[min(70dvh,44rem)] overflow-auto text-[13px] -outline-offset-2"
    >
      <div role="rowgroup" className="sticky top-0 z-20" style={{ width: '100%', minWidth: width }}>
        <div role="row" aria-rowindex={1} className="flex h-9 bg-sunken">
          {head('customer_id', text.customers.customer, 1, { width: ID_WIDTH }, false)}
          <div aria-hidden className="shrink-0" style={{ width: skipped }} />
          {shown.map((column) =>
            head(column.name, featureName(column.name), column.index, { width: column.width, flexGrow: grow }, column.numeric),
          )}
        </div>
      </div>
      <div
        role="rowgroup"
        className="relative"
        style={{ height: virtual.getTotalSize(), width: '100%', minWidth: width }}
      >
        {virtual.getVirtualItems().map((item) => {
          const row = rows[item.index]
          return row ? (
            <CustomerLine
              key={row.id}
              row={row}
              index={item.index}
              top={item.start}
              columns={shown}
              skipped={skipped}
              grow={grow}
              currency={currency}
              onOpen={open}
            />
          ) : null
        })}
      </div>
    </div>
  )
}

interface CustomerLineProps {
  row: CustomerRow
  index: number
  top: number
  columns: (Column & { index: number })[]
  /** Width of the columns left of those in sight. */
  skipped: number
  grow: number
  currency: string | null
  onOpen: (id: string) => void
}

const CELL = 'figures shrink-0 truncate px-3 leading-[38px]'

/** Remembered by its props: scrolling renders only the rows that come into view. */
const CustomerLine = memo(function CustomerLine({
  row,
  index,
  top,
  columns,
  skipped,
  grow,
  currency,
  onOpen,
}: CustomerLineProps) {
  return (
    <div
      role="row"
      aria-rowindex={index + 2}
      className="group absolute top-0 left-0 flex w-full border-b border-line hover:bg-sunken"
      style={{ height: ROW, transform: `translateY(${top}px)` }}
    >
      <div
        role="rowheader"
        style={{ width: ID_WIDTH }}
        className="sticky left-0 z-10 flex shrink-0 items-center bg-surface px-3 group-hover:bg-sunken"
      >
        <button
          type="button"
          className="truncate font-medium text-primary-ink underline-offset-4 hover:underline"
          onClick={() => onOpen(row.id)}
        >
          {row.id}
        </button>
      </div>
      <div aria-hidden className="shrink-0" style={{ width: skipped }} />
      {columns.map(({ name, numeric, width, index: at }) => (
        <div
          key={name}
          role="cell"
          aria-colindex={at}
          style={{ width, flexGrow: grow }}
          className={numeric ? `${CELL} text-right` : CELL}
        >
          {formatFigure(name, row.values[name], currency)}
        </div>
      ))}
    </div>
  )
})
