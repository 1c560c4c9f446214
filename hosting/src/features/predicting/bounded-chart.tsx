import type { Bounded, Segment } from '@/data/documents'
import { formatMoney, formatShare } from '@/data/format'
import { text } from '@/features/predicting/text'
import { Bars } from '@/features/segments/charts/bars'
import { ChartFrame } from '@/features/segments/charts/chart-frame'
import { text as charts } from '@/features/segments/charts/text'
import { Note } from '@/ui/states'

interface BoundedChartProps {
  segments: Segment[]
  which: 'churn' | 'ltv'
  kind: string
  colours: Record<string, string>
  currency: string | null
  /** Show the customers of a segment. */
  onOpen: (segmentKey: string) => void
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
        columns: [charts.segment, words.value, text.low, text.high, text.grade],
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
