import type { Segment } from '@/data/documents'
import { timeData } from '@/features/segments/charts/chart-data'
import { type RadarAxis, SegmentRadar } from '@/features/segments/charts/radar-chart'
import { text as charts } from '@/features/segments/charts/text'
import { TimeChart } from '@/features/segments/charts/time-chart'
import { featureName } from '@/features/customers/figures'
import { useChart } from '@/features/segments/api'
import { text } from '@/features/segments/text'
import { usePlace } from '@/features/sources/place'

const AXES = [
  'recency_days',
  'frequency',
  'monetary',
  'average_order_value',
  'gap_mean_days',
  'discount_share',
  'night_share',
  'category_variety',
]

/** Each figure placed between the lowest and highest segment mean of the run. */
export function radarAxes(segment: Segment, all: Segment[]): RadarAxis[] {
  return AXES.flatMap((feature): RadarAxis[] => {
    const means = all.flatMap((one) => one.metrics?.[feature]?.mean ?? [])
    const own = segment.metrics?.[feature]?.mean
    const [low, high] = [Math.min(...means), Math.max(...means)]
    if (own == null || means.length < 2 || low === high) return []
    const place = (value: number): number => (value - low) / (high - low)
    const mean = means.reduce((sum, value) => sum + value, 0) / means.length
    return [{ name: featureName(feature), value: place(own), mean: place(mean) }]
  })
}

interface SegmentChartsProps {
  segment: Segment
  all: Segment[]
  colours: Record<string, string>
}

export function SegmentCharts({ segment, all, colours }: SegmentChartsProps) {
  const { source, run, currency } = usePlace()
  const time = useChart(source.ref, run, 'orders_by_time')
  const parsed = time.data ? timeData.safeParse(time.data.data) : null
  const axes = radarAxes(segment, all)
  return (
    <>
      {axes.length >= 3 ? (
        <SegmentRadar
          title={text.segment.radar}
          takeaway={text.segment.radarTakeaway(segment.name)}
          kind={source.ref.kind}
          name={segment.name}
          others={text.segment.all}
          axes={axes}
          colour={colours[segment.segment_key] ?? 'var(--primary)'}
        />
      ) : null}
      {parsed?.success && time.data ? (
        <TimeChart
          title={charts.titles.orders_by_time}
          takeaway={segment.name}
          kind={source.ref.kind}
          data={parsed.data}
          colours={colours}
          currency={currency}
          only={segment.segment_key}
        />
      ) : null}
    </>
  )
}
