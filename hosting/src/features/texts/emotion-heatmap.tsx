import type { Segment } from '@/data/documents'
import { formatShare } from '@/data/format'
import { CSV } from '@/data/paths'
import { ChartFrame } from '@/features/segments/charts/chart-frame'
import { heat } from '@/features/segments/charts/colours'
import { text } from '@/features/texts/text'
import { ScrollArea } from '@/ui/scroll-area'
import { State } from '@/ui/states'

const MOST = 10

function emotionName(label: string): string {
  const name = text.emotions[label]
  return name ?? label.charAt(0).toUpperCase() + label.slice(1).replace(/_/g, ' ')
}

interface EmotionHeatmapProps {
  segments: Segment[]
  kind: string
  /** How far the words of the source were read: says why there is nothing to show. */
  textsState?: string | null
  onOpen: (segmentKey: string) => void
}

/** Segment x emotion: the strongest emotions of the run, as a gradient with figures. */
export function EmotionHeatmap({ segments, kind, textsState, onOpen }: EmotionHeatmapProps) {
  const withEmotions = segments.filter((segment) => segment.emotions)
  const strongest = new Map<string, number>()
  for (const { emotions } of withEmotions) {
    for (const [label, mean] of Object.entries(emotions ?? {})) {
      strongest.set(label, Math.max(strongest.get(label) ?? 0, mean ?? 0))
    }
  }
  const labels = [...strongest.keys()]
    .filter((label) => label !== 'neutral')
    .toSorted((a, b) => (strongest.get(b) ?? 0) - (strongest.get(a) ?? 0))
    .slice(0, MOST)
  if (withEmotions.length === 0 || labels.length === 0) {
    const none = kind === CSV ? text.noneNote : text.noneNoteShop
    const unread = text.states[textsState ?? '']
    return <State title={unread ? text.unread : text.none}>{unread ?? none}</State>
  }

  const most = Math.max(1e-9, ...labels.map((label) => strongest.get(label) ?? 0))
  const top = withEmotions
    .flatMap((segment) =>
      labels.map((label) => ({ segment, label, mean: segment.emotions?.[label] ?? 0 })),
    )
    .toSorted((a, b) => b.mean - a.mean)[0]
  return (
    <ChartFrame
      isTable
      title={text.title}
      takeaway={
        top ? text.takeaway(top.segment.name, emotionName(top.label).toLowerCase(), formatShare(top.mean)) : ''
      }
      kind={kind}
      table={{
        columns: [text.segment, ...labels.map(emotionName)],
        rows: withEmotions.map((segment) => [
          segment.name,
          ...labels.map((label) => formatShare(segment.emotions?.[label] ?? 0, 1)),
        ]),
      }}
    >
      <ScrollArea label={text.title}>
        <table className="w-full min-w-[46rem] sm:min-w-[52rem] border-separate border-spacing-0.5 text-xs">
          <thead>
            <tr className="text-ink-soft">
              <th scope="col" className="text-left font-medium">
                {text.segment}
              </th>
              {labels.map((label) => (
                <th key={label} scope="col" className="min-w-14 px-1 py-1 align-bottom text-[0.7rem] font-medium whitespace-nowrap">
                  {emotionName(label)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {withEmotions.map((segment) => (
              <tr key={segment.id}>
                <th scope="row" className="max-w-28 truncate pr-2 text-left font-medium sm:max-w-52">
                  <button
                    type="button"
                    className="max-w-full truncate underline-offset-4 hover:underline"
                    onClick={() => onOpen(segment.segment_key)}
                  >
                    {segment.name}
                  </button>
                </th>
                {labels.map((label) => {
                  const mean = segment.emotions?.[label] ?? 0
                  return (
                    <td
                      key={label}
                      className="figures h-8 rounded text-center"
                      style={heat(mean / most, 'insight')}
                    >
                      {formatShare(mean)}
                    </td>
                  )
                })}
              </tr>
            ))}
          </tbody>
        </table>
      </ScrollArea>
    </ChartFrame>
  )
}
