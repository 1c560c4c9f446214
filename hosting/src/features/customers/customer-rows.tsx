import { useNavigate } from '@tanstack/react-router'
import { useVirtualizer } from '@tanstack/react-virtual'
import { ArrowDown, ArrowUp, ChevronsUpDown } from 'lucide-react'
import { memo, useCallback, useMemo, useRef } from 'react'

import { featureName, formatFigure } from '@/features/customers/figures'
import type { Column, CustomerRow, Sorting } from '@/features/customers/rows'
import { text } from '@/features/customers/text'
import { usePlace } from '@/features/sources/place'
import { classes } from '@/ui/classes'

const ROW = 38

interface RowsProps {
  rows: CustomerRow[]
  columns: Column[]
  sorting: Sorting | null
  onSort: ((sorting: Sorting | null) => void) | undefined
}

const ID_WIDTH = 176

/** A table that renders only the rows and columns in sight. */
export function CustomerRows({ rows, columns, sorting, onSort }: RowsProps) {
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

/** Rendered again only when its props change: scrolling renders only the rows that come into view. */
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
