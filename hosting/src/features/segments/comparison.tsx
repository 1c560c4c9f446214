/** Two results side by side. Nothing of one is ever added to the other. */
import { ArrowDown, ArrowUp, Minus } from 'lucide-react'
import { useState } from 'react'

import type { Run } from '@/data/documents'
import { whatFailed } from '@/data/failure'
import { formatCount, formatDateTime, formatMoney, formatNumber, formatShare } from '@/data/format'
import { featureName, formatFigure } from '@/features/customers/figures'
import { type Compared, type ComparedSegment, useCompared } from '@/features/segments/api'
import { text } from '@/features/segments/text'
import { useRun } from '@/features/sources/api'
import type { SourceDocument } from '@/features/sources/source'
import { SourceBadge } from '@/features/sources/source-badge'
import { text as sources } from '@/features/sources/text'
import { Card, CardBody, CardHead } from '@/ui/card'
import { Select } from '@/ui/field'
import { ScrollArea } from '@/ui/scroll-area'
import { Denied, Failed, Loading } from '@/ui/states'

export interface Side {
  source: SourceDocument
  run: string
}

export interface Row {
  a: ComparedSegment | null
  b: ComparedSegment | null
}

/** Pairs first, as the server found them; then what stands on one side only. */
export function rowsOf(compared: Pick<Compared, 'pairs' | 'only_a' | 'only_b'>): Row[] {
  return [
    ...compared.pairs,
    ...compared.only_a.map((a) => ({ a, b: null })),
    ...compared.only_b.map((b) => ({ a: null, b })),
  ]
}

const OWN = ['share', 'customer_count', 'revenue_share'] as const

/** One figure of a segment, by the name of the measure; null where it isn't known. */
export function figureOf(segment: ComparedSegment | null, measure: string): number | null {
  if (!segment) return null
  const own = OWN.find((name) => name === measure)
  return (own ? segment[own] : segment.metrics[measure]) ?? null
}

function writeFigure(measure: string, value: number | null, currency: string | null): string {
  if (value === null) return '–'
  if (measure === 'customer_count') return formatCount(value)
  if (measure === 'share' || measure === 'revenue_share') return formatShare(value, 1)
  return formatFigure(measure, value, currency)
}

export function Comparison({ left, right }: { left: Side; right: Side }) {
  const a = useRun(left.source.ref, left.run)
  const b = useRun(right.source.ref, right.run)
  for (const side of [a, b]) {
    if (side.state === 'loading') return <Loading label={text.loading} />
    if (side.state === 'denied') {
      return <Denied inside title={sources.denied} message={sources.deniedNote} />
    }
    if (side.state !== 'ready') {
      return <Failed inside title={text.failed} message={side.state === 'failed' ? side.message : ''} />
    }
  }
  if (a.state !== 'ready' || b.state !== 'ready') return null
  return (
    <div className="grid grid-cols-1 items-start gap-4 xl:grid-cols-[minmax(0,2fr)_minmax(0,3fr)]">
      <Totals left={left} right={right} a={a.data} b={b.data} />
      <Segments left={left} right={right} a={a.data} b={b.data} />
    </div>
  )
}

interface SidesProps {
  left: Side
  right: Side
  a: Run
  b: Run
}

function Heads({ left, right, a, b, last }: SidesProps & { last?: string }) {
  return (
    <thead className="align-bottom text-xs text-ink-soft">
      <tr>
        <th scope="col" className="w-[34%]">
          <span className="sr-only">{text.report.name}</span>
        </th>
        {(
          [
            [left, a],
            [right, b],
          ] as const
        ).map(([side, run], at) => (
          <th key={at} scope="col" className="py-1.5 pl-3 text-right font-normal">
            <SourceBadge kind={side.source.ref.kind} />
            <span className="mt-0.5 block truncate font-medium text-ink" title={side.source.label}>
              {side.source.label}
            </span>
            <span className="block">{formatDateTime(run.finished_at)}</span>
          </th>
        ))}
        {last ? (
          <th scope="col" className="py-1.5 pl-3 text-right font-medium">
            {last}
          </th>
        ) : null}
      </tr>
    </thead>
  )
}

function Totals(sides: SidesProps) {
  const { left, right, a, b } = sides
  const figures = (run: Run, source: SourceDocument): string[] => {
    const currency = run.totals?.currency ?? source.currency
    const each =
      run.totals?.net != null && run.customer_count ? run.totals.net / run.customer_count : null
    return [
      formatCount(run.customer_count),
      formatCount(run.totals?.orders),
      formatMoney(run.totals?.net, currency),
      formatMoney(each, currency),
      formatCount(run.segment_count),
    ]
  }
  const labels = [
    text.totals.customers,
    text.totals.orders,
    text.totals.net,
    text.totals.perCustomer,
    text.totals.segments,
  ]
  const [one, two] = [figures(a, left.source), figures(b, right.source)]
  return (
    <Card>
      <CardHead title={text.compare.figures} />
      <CardBody className="pt-2">
        <ScrollArea label={text.compare.figures}>
          <table className="w-full table-fixed text-[13px] wrap-anywhere">
            <Heads {...sides} />
            <tbody className="figures">
              {labels.map((label, at) => (
                <tr key={label} className="border-t border-line">
                  <th scope="row" className="py-2 text-left font-normal text-ink-soft">
                    {label}
                  </th>
                  <td className="py-2 pl-3 text-right font-medium">{one[at]}</td>
                  <td className="py-2 pl-3 text-right font-medium">{two[at]}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </ScrollArea>
      </CardBody>
    </Card>
  )
}

/** Segment by segment. The server says which segment of one side belongs to which of the other. */
function Segments(sides: SidesProps) {
  const { left, right, a, b } = sides
  const [measure, setMeasure] = useState('share')
  const compared = useCompared(
    { source: left.source.ref, run: left.run },
    { source: right.source.ref, run: right.run },
  )
  if (compared.isPending) return <Loading label={text.compare.loading} rows={1} />
  if (compared.isError) {
    const { message, hint } = whatFailed(compared.error)
    return <Failed inside title={text.compare.failed} message={`${message} ${hint}`} />
  }
  const rows = rowsOf(compared.data)
  const measures = [
    ...OWN,
    ...new Set(rows.flatMap(({ a: one, b: two }) => Object.keys((one ?? two)?.metrics ?? {}))),
  ]
  const currencies = [a, b].map((run, at) => run.totals?.currency ?? sides[at ? 'right' : 'left'].source.currency)
  const ways = text.compare.ways
  return (
    <Card>
      <CardHead
        title={text.compare.segments}
        note={compared.data.paired_by === 'segment_key' ? ways.segment_key : ways.archetype}
        actions={
          <Select
            aria-label={text.compare.measure}
            className="w-auto"
            value={measure}
            onChange={(event) => setMeasure(event.target.value)}
          >
            {measures.map((name) => (
              <option key={name} value={name}>
                {text.compare.measures[name] ?? featureName(name)}
              </option>
            ))}
          </Select>
        }
      />
      <CardBody className="pt-2">
        <ScrollArea label={text.compare.segments}>
          <table className="w-full min-w-[27rem] table-fixed text-[13px] wrap-anywhere">
            <Heads {...sides} last={text.compare.difference} />
            <tbody className="figures">
              {rows.map(({ a: one, b: two }) => (
                <tr key={`${one?.segment_key} ${two?.segment_key}`} className="border-t border-line">
                  <th scope="row" className="py-2 text-left font-normal">
                    {one?.name ?? two?.name}
                    {one && two && one.name !== two.name ? (
                      <span className="block text-xs text-ink-soft">{text.compare.there(two.name)}</span>
                    ) : null}
                  </th>
                  {[one, two].map((segment, at) => (
                    <td key={at} className="py-2 pl-3 text-right">
                      {segment ? (
                        <span className="font-medium">
                          {writeFigure(measure, figureOf(segment, measure), currencies[at] ?? null)}
                        </span>
                      ) : (
                        <span className="text-ink-soft">{text.compare.absent}</span>
                      )}
                    </td>
                  ))}
                  <td className="py-2 pl-3 text-right">
                    <Difference a={figureOf(one, measure)} b={figureOf(two, measure)} />
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </ScrollArea>
      </CardBody>
    </Card>
  )
}

/** How much more or less the right side is, in percent of the left. */
function Difference({ a, b }: { a: number | null; b: number | null }) {
  if (a === null || b === null || a === 0) return <>–</>
  const change = (b - a) / Math.abs(a)
  const Icon = Math.abs(change) < 0.0005 ? Minus : change > 0 ? ArrowUp : ArrowDown
  return (
    <span className="inline-flex items-center justify-end gap-1 font-medium whitespace-nowrap">
      <Icon className="size-3.5" aria-hidden />
      {`${change > 0 ? '+' : ''}${formatNumber(change * 100, 1)}%`}
    </span>
  )
}
