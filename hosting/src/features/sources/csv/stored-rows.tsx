import { useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'

import type { Upload } from '@/data/documents'
import { whatFailed } from '@/data/failure'
import { formatCount } from '@/data/format'
import { csvSource } from '@/data/paths'
import { useAccess } from '@/features/accounts/access'
import { editRows, listRows } from '@/features/sources/csv/api'
import { text } from '@/features/sources/csv/text'
import { attempt } from '@/features/accounts/attempt'
import { Button } from '@/ui/button'
import { Card, CardBody, CardHead } from '@/ui/card'
import { classes } from '@/ui/classes'
import { ScrollArea } from '@/ui/scroll-area'
import { Failed, Skeleton } from '@/ui/states'

const ROWS = 50

/** The rows as stored, a page at a time; edits make a new version. */
export function StoredRowsCard({ owner, upload }: { owner: string; upload: Upload }) {
  const [open, setOpen] = useState(false)
  return (
    <Card>
      <CardHead
        title={text.rows.title}
        note={text.rows.note}
        actions={
          <Button size="small" aria-expanded={open} onClick={() => setOpen(!open)}>
            {open ? text.rows.hide : text.rows.show}
          </Button>
        }
      />
      {open ? (
        <CardBody className="pt-3">
          <Rows owner={owner} upload={upload} />
        </CardBody>
      ) : (
        <div className="h-4" />
      )}
    </Card>
  )
}

function Rows({ owner, upload }: { owner: string; upload: Upload }) {
  const { mayChange } = useAccess(owner)
  const navigate = useNavigate()
  const [offset, setOffset] = useState(0)
  const [edits, setEdits] = useState<Record<string, string>>({})
  const [busy, setBusy] = useState(false)
  const source = csvSource(owner, upload.id)
  const rows = useQuery({
    queryKey: ['rows', owner, upload.id, offset],
    queryFn: () => listRows(source, offset, ROWS),
    retry: 1,
  })
  if (rows.isPending) {
    return (
      <div role="status">
        <span className="sr-only">{text.rows.loading}</span>
        <Skeleton className="h-48 w-full" />
      </div>
    )
  }
  if (rows.isError) return <Failed inside title={text.rows.failed} message={whatFailed(rows.error).message} />
  const { columns } = rows.data
  const total = rows.data.total ?? offset + rows.data.rows.length
  const changes = Object.keys(edits).length
  if (rows.data.rows.length === 0) return <p className="text-ink-soft">{text.rows.none}</p>

  const save = async (): Promise<void> => {
    setBusy(true)
    const list = Object.entries(edits).map(([key, value]) => {
      const colon = key.indexOf(':')
      return { row: Number(key.slice(0, colon)), column: key.slice(colon + 1), value }
    })
    await attempt(async () => {
      const uploadId = await editRows(source, list)
      await navigate({ to: '/m/$owner/uploads/$uploadId', params: { owner, uploadId } })
    }, text.rows.saved)
    setBusy(false)
  }

  return (
    <div className="space-y-3">
      <ScrollArea
        role="region"
        label={text.rows.title}
        className="max-h-96 rounded-lg border border-line"
      >
        <table className="w-max min-w-full text-[13px]">
          <thead className="sticky top-0 z-10 bg-sunken text-left">
            <tr>
              <th scope="col" className="px-2.5 py-2 font-medium text-ink-soft">
                {text.preview.row}
              </th>
              {columns.map((column) => (
                <th key={column} scope="col" className="px-2.5 py-2 font-medium whitespace-nowrap">
                  {column}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.data.rows.map((cells, r) => {
              const row = offset + r
              return (
                <tr key={row} className="border-t border-line">
                  <th scope="row" className="figures px-2.5 py-1 text-left font-normal text-ink-faint">
                    {formatCount(row + 1)}
                  </th>
                  {columns.map((column, c) => {
                    const key = `${row}:${column}`
                    const stored = String(cells[c] ?? '')
                    return (
                      <td key={column} className="px-1 py-0.5">
                        {mayChange ? (
                          <input
                            aria-label={text.preview.cell(row + 1, column)}
                            value={edits[key] ?? stored}
                            size={Math.min(40, Math.max(6, stored.length))}
                            onChange={(event) => {
                              const { value } = event.target
                              setEdits(({ [key]: _, ...others }) =>
                                value === stored ? others : { ...others, [key]: value },
                              )
                            }}
                            className={classes(
                              'h-7 w-full rounded border border-transparent bg-transparent px-1.5 -outline-offset-2 hover:border-line-strong',
                              edits[key] !== undefined && 'border-primary bg-primary-soft',
                            )}
                          />
                        ) : (
                          <span className="block max-w-64 truncate px-1.5 py-1">{stored}</span>
                        )}
                      </td>
                    )
                  })}
                </tr>
              )
            })}
          </tbody>
        </table>
      </ScrollArea>
      <div className="flex flex-wrap items-center justify-between gap-2">
        <div className="flex items-center gap-2">
          <Button size="small" disabled={offset === 0} onClick={() => setOffset(offset - ROWS)}>
            {text.rows.previous}
          </Button>
          <Button
            size="small"
            disabled={offset + rows.data.rows.length >= total}
            onClick={() => setOffset(offset + ROWS)}
          >
            {text.rows.next}
          </Button>
          <span className="figures text-xs text-ink-soft">
            {text.rows.range(formatCount(offset + 1), formatCount(offset + rows.data.rows.length))}
          </span>
        </div>
        {changes ? (
          <Button look="primary" size="small" busy={busy} onClick={() => void save()}>
            {text.rows.save(changes)}
          </Button>
        ) : null}
      </div>
    </div>
  )
}
