import { useEffect, useMemo, useState } from 'react'

import type { Segment } from '@/data/documents'
import { whatFailed } from '@/data/failure'
import { formatCount } from '@/data/format'
import { useCustomerPages } from '@/features/customers/api'
import { CustomerRows } from '@/features/customers/customer-rows'
import { arrange, columnsOf, rowsOf, type Sorting } from '@/features/customers/rows'
import { text } from '@/features/customers/text'
import { SourceBadge } from '@/features/sources/source-badge'
import { usePlace } from '@/features/sources/place'
import { Button } from '@/ui/button'
import { Card } from '@/ui/card'
import { Failed, Loading, Note, State } from '@/ui/states'

const PREVIEW_ROWS = 8
/** Segments up to this size are loaded whole, page by page, as soon as they are sorted or filtered. */
const LOADED_WHOLE = 10_000

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
  const pages = useCustomerPages(source.ref, run, segment.segment_key)
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
    !complete &&
    !pages.isError
  const { fetchNextPage, isFetchingNextPage } = pages
  useEffect(() => {
    // Runs again for each page that arrives: one that arrives between two renders is never seen
    // as being fetched.
    if (hurry && rows.length > 0 && !isFetchingNextPage) void fetchNextPage()
  }, [fetchNextPage, hurry, isFetchingNextPage, rows.length])

  if (pages.isPending) return <Loading label={text.customers.loading} rows={1} />
  if (pages.isError && rows.length === 0) {
    return <Failed inside title={text.customers.failed} message={whatFailed(pages.error).message} />
  }
  if (rows.length === 0) return <State title={text.customers.none}>{text.customers.noneNote}</State>
  return (
    <Card className="overflow-hidden">
      <div className="flex flex-wrap items-center justify-between gap-2 border-b border-line px-4 py-2.5">
        <div className="flex flex-wrap items-center gap-2">
          {preview ? <h2 className="text-[15px] font-semibold">{text.customers.bestFirst}</h2> : null}
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
        <CustomerRows
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
