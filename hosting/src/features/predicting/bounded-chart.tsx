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
  const predicted = segments.flatMap((segment) => {
    const prediction = segment[which]
    return prediction?.value == null ? [] : [{ segment, prediction: prediction as Bounded & { value: number } }]
  })
  const most = Math.max(1e-9, ...predicted.map(({ prediction }) => prediction.high ?? prediction.value))
  const top = which === 'churn' ? 1 : most
  const write = (value: number | null | undefined, of: Bounded): string =>
    which === 'churn' ? formatShare(value, 0) : formatMoney(value, of.currency ?? currency)
  const first = predicted.toSorted((a, b) => b.prediction.value - a.prediction.value)[0]
  return (
    <ChartFrame
      title={words.title}
      takeaway={first ? words.takeaway(first.segment.name) : words.none}
      kind={kind}
      table={{
        columns: [charts.segment, words.value, text.low, text.high, text.grade],
        rows: predicted.map(({ segment, prediction }) => [
          segment.name,
          write(prediction.value, prediction),
          write(prediction.low, prediction),
          write(prediction.high, prediction),
          prediction.grade ?? '–',
        ]),
      }}
    >
      {predicted.length ? (
        <Bars
          bars={predicted.map(({ segment, prediction }) => ({
            key: segment.segment_key,
            label: segment.name,
            share: prediction.value / top,
            low: prediction.low == null ? undefined : prediction.low / top,
            high: prediction.high == null ? undefined : prediction.high / top,
            words: write(prediction.value, prediction),
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
