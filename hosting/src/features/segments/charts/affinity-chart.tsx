import type * as z from 'zod'

import { formatCount, formatNumber } from '@/data/format'
import { Bars } from '@/features/segments/charts/bars'
import type { affinityData } from '@/features/segments/charts/chart-data'
import { ChartFrame, type ChartHead } from '@/features/segments/charts/chart-frame'
import { text } from '@/features/segments/charts/text'
import { Note } from '@/ui/states'

interface AffinityChartProps extends ChartHead {
  data: z.infer<typeof affinityData>
}

const SHOWN = 12

/** Which products or categories the same customers buy. */
export function AffinityChart({ data, ...head }: AffinityChartProps) {
  const most = Math.max(1, ...data.pairs.map((pair) => pair.lift))
  return (
    <ChartFrame
      {...head}
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
          bars={data.pairs.slice(0, SHOWN).map((pair) => ({
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
