import { ArrowRight } from 'lucide-react'
import type * as z from 'zod'

import { formatCount } from '@/data/format'
import { Bars } from '@/features/segments/charts/bars'
import type { movementData } from '@/features/segments/charts/chart-data'
import { ChartFrame, type ChartHead } from '@/features/segments/charts/chart-frame'
import { text } from '@/features/segments/charts/text'

interface MovementChartProps extends ChartHead {
  data: z.infer<typeof movementData>
  /** Show the customers of a segment. */
  onOpen: (segmentKey: string) => void
}

const SHOWN = 10

/** How many customers changed their segment since the last run, and from which to which. */
export function MovementChart({ data, onOpen, ...head }: MovementChartProps) {
  const most = Math.max(1, ...data.flows.map((flow) => flow.customers))
  const totals = [
    [text.stayed, data.stayed],
    [text.moved, data.moved],
    [text.arrived, data.arrived],
    [text.left, data.left ?? 0],
  ] as const
  return (
    <ChartFrame
      {...head}
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
        bars={data.flows.slice(0, SHOWN).map((flow) => ({
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
