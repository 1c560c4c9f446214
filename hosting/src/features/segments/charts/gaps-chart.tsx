import type { Segment } from '@/data/documents'
import { formatNumber } from '@/data/format'
import { Bars } from '@/features/segments/charts/bars'
import { ChartFrame } from '@/features/segments/charts/chart-frame'
import { text } from '@/features/segments/charts/text'

interface GapsChartProps {
  segments: Segment[]
  kind: string
  colours: Record<string, string>
  /** Show the customers of a segment. */
  onOpen: (segmentKey: string) => void
}

/** How many days lie between two orders, on average, in each segment. */
export function GapsChart({ segments, kind, colours, onOpen }: GapsChartProps) {
  const repeating = segments
    .flatMap((segment) => {
      const days = segment.metrics?.['gap_mean_days']?.mean
      return days == null ? [] : [{ segment, days }]
    })
    .toSorted((left, right) => left.days - right.days)
  const most = Math.max(1, ...repeating.map(({ days }) => days))
  const first = repeating[0]
  return (
    <ChartFrame
      title={text.gaps.title}
      takeaway={
        first ? text.gaps.takeaway(first.segment.name, formatNumber(first.days, 0)) : text.gaps.none
      }
      kind={kind}
      table={{
        columns: [text.segment, text.gaps.days],
        rows: repeating.map(({ segment, days }) => [segment.name, formatNumber(days, 1)]),
      }}
    >
      <Bars
        bars={repeating.map(({ segment, days }) => ({
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
