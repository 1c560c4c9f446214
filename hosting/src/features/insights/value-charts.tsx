import { ArrowRight } from 'lucide-react'
import type * as z from 'zod'

import type { Bounded, Segment } from '@/data/documents'
import { formatCount, formatMoney, formatNumber, formatShare } from '@/data/format'
import { Bars, PairedBars } from '@/features/insights/bars'
import type { affinityData, movementData, valueData } from '@/features/insights/chart-data'
import { ChartFrame } from '@/features/insights/chart-frame'
import { text } from '@/features/insights/text'
import { Note } from '@/ui/states'

interface Common {
  title: string
  takeaway: string
  kind: string
}

interface Opening {
  /** Show the customers of a segment. */
  onOpen: (segmentKey: string) => void
}

export function ValueChart({
  data,
  colours,
  onOpen,
  ...common
}: Common & Opening & { data: z.infer<typeof valueData>; colours: Record<string, string> }) {
  return (
    <ChartFrame
      {...common}
      table={{
        columns: [text.segment, text.customers, text.shareOfCustomers, text.shareOfRevenue],
        rows: data.segments.map((one) => [
          one.name,
          formatCount(one.customer_count),
          formatShare(one.share, 1),
          formatShare(one.revenue_share, 1),
        ]),
      }}
    >
      <PairedBars
        first={text.shareOfCustomers}
        second={text.shareOfRevenue}
        rows={data.segments.map((one) => ({
          key: one.segment_key,
          label: one.name,
          first: one.share,
          second: one.revenue_share,
          colour: colours[one.segment_key] ?? 'var(--primary)',
          onOpen: () => onOpen(one.segment_key),
        }))}
      />
    </ChartFrame>
  )
}

export function AffinityChart({ data, ...common }: Common & { data: z.infer<typeof affinityData> }) {
  const most = Math.max(1, ...data.pairs.map((pair) => pair.lift))
  return (
    <ChartFrame
      {...common}
      table={{
        columns: [text.pair, text.customers, text.lift],
        rows: data.pairs.map((pair) => [
          `${pair.a} + ${pair.b}`,
          formatCount(pair.customers),
          formatNumber(pair.lift, 1),
        ]),
      }}
    >
      {data.pairs.length ? (
        <Bars
          bars={data.pairs.slice(0, 12).map((pair) => ({
            key: `${pair.a} ${pair.b}`,
            label: `${pair.a} + ${pair.b}`,
            share: pair.lift / most,
            words: `${formatNumber(pair.lift, 1)}×`,
            colour: 'var(--primary)',
          }))}
        />
      ) : (
        <Note>{text.absent}</Note>
      )}
    </ChartFrame>
  )
}

export function MovementChart({
  data,
  onOpen,
  ...common
}: Common & Opening & { data: z.infer<typeof movementData> }) {
  const most = Math.max(1, ...data.flows.map((flow) => flow.customers))
  const totals = [
    [text.stayed, data.stayed],
    [text.moved, data.moved],
    [text.arrived, data.arrived],
    [text.left, data.left ?? 0],
  ] as const
  return (
    <ChartFrame
      {...common}
      table={{
        columns: [text.from, text.to, text.customers, text.afterOrder, text.byTime],
        rows: data.flows.map((flow) => [
          flow.from_name,
          flow.to_name,
          formatCount(flow.customers),
          formatCount(flow.after_an_order),
          formatCount(flow.by_time_alone),
        ]),
      }}
    >
      <dl className="mb-4 grid grid-cols-2 gap-3 sm:grid-cols-4">
        {totals.map(([label, value]) => (
          <div key={label}>
            <dt className="text-xs text-ink-soft">{label}</dt>
            <dd className="figures text-lg font-semibold">{formatCount(value)}</dd>
          </div>
        ))}
      </dl>
      <Bars
        bars={data.flows.slice(0, 10).map((flow) => ({
          key: `${flow.from_name} ${flow.to_name}`,
          label: (
            <span className="inline-flex items-center gap-1.5">
              {flow.from_name} <ArrowRight className="size-3.5 shrink-0" aria-label={text.to} />{' '}
              {flow.to_name}
            </span>
          ),
          share: flow.customers / most,
          words: formatCount(flow.customers),
          colour: 'var(--primary)',
          onOpen: flow.to ? () => onOpen(flow.to ?? '') : undefined,
        }))}
      />
    </ChartFrame>
  )
}

interface BoundedChartProps extends Opening {
  segments: Segment[]
  which: 'churn' | 'ltv'
  kind: string
  colours: Record<string, string>
  currency: string | null
}

/** A prediction per segment with how sure it is. */
export function BoundedChart({ segments, which, kind, colours, currency, onOpen }: BoundedChartProps) {
  const words = text[which]
  const known = segments.flatMap((segment) => {
    const found = segment[which]
    return found?.value == null ? [] : [{ segment, found: found as Bounded & { value: number } }]
  })
  const most = Math.max(1e-9, ...known.map(({ found }) => found.high ?? found.value))
  const top = which === 'churn' ? 1 : most
  const write = (value: number | null | undefined, of: Bounded): string =>
    which === 'churn' ? formatShare(value, 0) : formatMoney(value, of.currency ?? currency)
  const first = known.toSorted((a, b) => b.found.value - a.found.value)[0]
  return (
    <ChartFrame
      title={words.title}
      takeaway={first ? words.takeaway(first.segment.name) : words.none}
      kind={kind}
      table={{
        columns: [text.segment, words.value, text.low, text.high, text.grade],
        rows: known.map(({ segment, found }) => [
          segment.name,
          write(found.value, found),
          write(found.low, found),
          write(found.high, found),
          found.grade ?? '–',
        ]),
      }}
    >
      {known.length ? (
        <Bars
          bars={known.map(({ segment, found }) => ({
            key: segment.segment_key,
            label: segment.name,
            share: found.value / top,
            low: found.low == null ? undefined : found.low / top,
            high: found.high == null ? undefined : found.high / top,
            words: write(found.value, found),
            colour: colours[segment.segment_key] ?? 'var(--primary)',
            onOpen: () => onOpen(segment.segment_key),
          }))}
        />
      ) : (
        <Note>{words.none}</Note>
      )}
    </ChartFrame>
  )
}

interface GapsChartProps extends Opening {
  segments: Segment[]
  kind: string
  colours: Record<string, string>
}

export function GapsChart({ segments, kind, colours, onOpen }: GapsChartProps) {
  const known = segments
    .flatMap((segment) => {
      const days = segment.metrics?.['gap_mean_days']?.mean
      return days == null ? [] : [{ segment, days }]
    })
    .toSorted((left, right) => left.days - right.days)
  const most = Math.max(1, ...known.map(({ days }) => days))
  const first = known[0]
  return (
    <ChartFrame
      title={text.gaps.title}
      takeaway={
        first ? text.gaps.takeaway(first.segment.name, formatNumber(first.days, 0)) : text.gaps.none
      }
      kind={kind}
      table={{
        columns: [text.segment, text.gaps.days],
        rows: known.map(({ segment, days }) => [segment.name, formatNumber(days, 1)]),
      }}
    >
      <Bars
        bars={known.map(({ segment, days }) => ({
          key: segment.segment_key,
          label: segment.name,
          share: days / most,
          words: formatNumber(days, 0),
          colour: colours[segment.segment_key] ?? 'var(--primary)',
          onOpen: () => onOpen(segment.segment_key),
        }))}
      />
    </ChartFrame>
  )
}
