import type { Segment } from '@/data/documents'
import { formatFixed } from '@/data/format'
import { ChartFrame } from '@/features/segments/charts/chart-frame'
import { heat } from '@/features/segments/charts/colours'
import { text as customers } from '@/features/customers/text'
import { text } from '@/features/segments/text'

const SCORES = ['r', 'f', 'm'] as const

interface RfmHeatmapProps {
  segments: Segment[]
  kind: string
  onOpen: (segmentKey: string) => void
}

/** Mean recency, frequency and money score (1-5) of each segment. */
export function RfmHeatmap({ segments, kind, onOpen }: RfmHeatmapProps) {
  const scored = segments.filter((segment) => segment.rfm?.r != null)
  const sum = (segment: Segment): number =>
    SCORES.reduce((total, score) => total + (segment.rfm?.[score] ?? 0), 0)
  const best = scored.toSorted((left, right) => sum(right) - sum(left))[0]
  if (!best) return null
  return (
    <ChartFrame
      isTable
      title={customers.rfm.title}
      takeaway={text.rfm.takeaway(best.name)}
      kind={kind}
      table={{
        columns: [text.rfm.segment, ...SCORES.map((score) => customers.rfm[score])],
        rows: scored.map((segment) => [
          segment.name,
          ...SCORES.map((score) => formatFixed(segment.rfm?.[score])),
        ]),
      }}
    >
      <table className="w-full table-fixed border-separate border-spacing-0.5 text-[13px]">
        <thead className="text-xs text-ink-soft">
          <tr>
            <th scope="col" className="w-[46%] text-left font-medium">
              {text.rfm.segment}
            </th>
            {SCORES.map((score) => (
              <th key={score} scope="col" className="py-1 font-medium">
                {customers.rfm[score]}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {scored.map((segment) => (
            <tr key={segment.id}>
              <th scope="row" className="pr-2 text-left font-normal">
                <button
                  type="button"
                  className="max-w-full truncate underline-offset-4 hover:underline"
                  onClick={() => onOpen(segment.segment_key)}
                >
                  {segment.name}
                </button>
              </th>
              {SCORES.map((score) => {
                const value = segment.rfm?.[score]
                return (
                  <td
                    key={score}
                    className="figures h-9 rounded text-center font-medium"
                    style={heat(value == null ? 0 : (value - 1) / 4)}
                  >
                    {formatFixed(value)}
                  </td>
                )
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </ChartFrame>
  )
}
