import { ChartNoAxesColumn, Download, Table2 } from 'lucide-react'
import { type ReactNode, useId, useState } from 'react'

import { saveBlob } from '@/data/saving'
import { SourceBadge } from '@/features/sources/source-badge'
import { text } from '@/features/segments/charts/text'
import { Button } from '@/ui/button'
import { Card, CardBody } from '@/ui/card'
import { ScrollArea } from '@/ui/scroll-area'

export interface TableData {
  columns: string[]
  rows: (string | number)[][]
}

export interface ChartHead {
  title: string
  /** One sentence: what the chart shows. */
  takeaway: string
  /** Of the source. */
  kind: string
}

interface ChartFrameProps extends ChartHead {
  /** The same figures as text: numbers formatted as they are shown. */
  table: TableData
  actions?: ReactNode
  /** The chart is a table already: there is no second view of it. */
  isTable?: boolean
  children: ReactNode
}

/** Title, one sentence, the picture, and the same as a table. */
export function ChartFrame({ title, takeaway, kind, table, actions, isTable, children }: ChartFrameProps) {
  const id = useId()
  const [asTable, setAsTable] = useState(false)
  const save = (): void => {
    saveBlob(new Blob([toCsv(table)], { type: 'text/csv' }), `${kind}-${title}.csv`)
  }
  return (
    <Card aria-labelledby={id} className="flex flex-col">
      <div className="flex flex-wrap items-start justify-between gap-x-3 gap-y-2 px-4 pt-4 sm:px-5">
        <div className="min-w-56 flex-1">
          <div className="flex flex-wrap items-center gap-x-2 gap-y-1">
            <h2 id={id} className="text-[15px] leading-6 font-semibold">
              {title}
            </h2>
            <SourceBadge kind={kind} />
          </div>
          {takeaway ? <p className="mt-0.5 text-[13px] text-ink-soft">{takeaway}</p> : null}
        </div>
        <div className="no-print ml-auto flex shrink-0 items-center gap-1">
          {actions}
          {isTable ? null : (
            <Button
              look="quiet"
              size="icon"
              aria-pressed={asTable}
              aria-label={asTable ? text.showChart(title) : text.showTable(title)}
              title={asTable ? text.asChart : text.asTable}
              onClick={() => setAsTable(!asTable)}
            >
              {asTable ? <ChartNoAxesColumn aria-hidden /> : <Table2 aria-hidden />}
            </Button>
          )}
          <Button look="quiet" size="icon" aria-label={text.download(title)} onClick={save}>
            <Download aria-hidden />
          </Button>
        </div>
      </div>
      <CardBody className="flex-1 pt-3 sm:pt-4">
        {asTable && !isTable ? <FigureTable title={title} table={table} /> : children}
      </CardBody>
    </Card>
  )
}

export function FigureTable({ title, table }: { title: string; table: TableData }) {
  return (
    <ScrollArea label={title} className="max-h-96">
      <table className="w-full text-[13px]">
        <thead className="sticky top-0 bg-surface text-xs text-ink-soft">
          <tr>
            {table.columns.map((column, at) => (
              <th
                key={column}
                scope="col"
                className={`py-1.5 pr-3 font-medium ${at === 0 ? 'text-left' : 'text-right'}`}
              >
                {column}
              </th>
            ))}
          </tr>
        </thead>
        <tbody className="figures">
          {table.rows.map((row, r) => (
            <tr key={r} className="border-t border-line">
              {row.map((cell, c) =>
                c === 0 ? (
                  <th key={c} scope="row" className="py-1.5 pr-3 text-left font-normal">
                    {cell}
                  </th>
                ) : (
                  <td key={c} className="py-1.5 pr-3 text-right">
                    {cell}
                  </td>
                ),
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </ScrollArea>
  )
}

/** Cells that a spreadsheet would run are preceded by an apostrophe. */
export function toCsv({ columns, rows }: TableData): string {
  const cell = (value: string | number): string => {
    const words = typeof value === 'string' && /^[=+\-@\t\r]/.test(value) ? `'${value}` : String(value)
    return /[",\r\n]/.test(words) ? `"${words.replaceAll('"', '""')}"` : words
  }
  return [columns, ...rows].map((row) => row.map(cell).join(',')).join('\r\n')
}
