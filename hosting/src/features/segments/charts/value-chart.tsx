import type * as z from 'zod'

import { formatCount, formatShare } from '@/data/format'
import { PairedBars } from '@/features/segments/charts/bars'
import type { valueData } from '@/features/segments/charts/chart-data'
import { ChartFrame, type ChartHead } from '@/features/segments/charts/chart-frame'
import { text } from '@/features/segments/charts/text'

interface ValueChartProps extends ChartHead {
  data: z.infer<typeof valueData>
  colours: Record<string, string>
  /** Show the customers of a segment. */
  onOpen: (segmentKey: string) => void
}

/** What share of the customers and of the revenue each segment has. */
export function ValueChart({ data, colours, onOpen, ...head }: ValueChartProps) {
  return (
    <ChartFrame
      {...head}
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
