import type * as z from 'zod'

import { formatCount, formatFixed, formatMoney, formatShare } from '@/data/format'
import { Bars } from '@/features/segments/charts/bars'
import type { predictionData } from '@/features/segments/charts/chart-data'
import { ChartFrame, type ChartHead } from '@/features/segments/charts/chart-frame'
import { text } from '@/features/predicting/text'
import { Badge } from '@/ui/badge'
import { Figure } from '@/ui/card'
import { Note } from '@/ui/states'

interface PredictionChartProps extends ChartHead {
  data: z.infer<typeof predictionData>
  currency: string | null
}

const words = text.prediction

/** What a year is expected to bring, and how well each way of predicting did on the shop's own past. */
export function PredictionChart({ data, currency, ...head }: PredictionChartProps) {
  const money = (amount: number): string => formatMoney(amount, data.currency ?? currency)
  const { orders_12m: orders, value_12m: value } = data
  const tried = data.candidates.toSorted((left, right) => right.auc - left.auc)
  const chosen = tried.find(({ name }) => name === data.chosen)
  return (
    <ChartFrame
      {...head}
      table={{
        columns: [words.way, words.right, words.brier],
        rows: tried.map(({ name, auc, brier }) => [sayWay(name), formatShare(auc, 1), formatFixed(brier, 3)]),
      }}
      actions={<Badge tone="insight">{words.grades[data.grade] ?? data.grade}</Badge>}
    >
      <dl className="mb-5 grid gap-4 sm:grid-cols-2">
        {value ? (
          <Figure
            label={words.value}
            value={money(value.value)}
            note={words.range(money(value.low), money(value.high))}
            tone="insight"
          />
        ) : null}
        <Figure
          label={words.orders}
          value={formatCount(orders.value)}
          note={words.range(formatCount(orders.low), formatCount(orders.high))}
          tone="insight"
        />
      </dl>
      {data.grade_reason ? <p className="mb-5 text-[13px] text-ink-soft">{data.grade_reason}</p> : null}
      <h3 className="text-[13px] font-medium">{words.tested}</h3>
      {chosen ? (
        <>
          <p className="mt-0.5 mb-3 text-[13px] text-ink-soft">
            {words.meaning(formatShare(chosen.auc), formatCount(data.horizon_days), formatCount(data.folds))}
          </p>
          <Bars
            bars={tried.map(({ name, auc }) => ({
              key: name,
              label: name === data.chosen ? words.used(sayWay(name)) : sayWay(name),
              share: (auc - 0.5) * 2, // a coin is right half of the time
              words: formatShare(auc, 1),
              colour: name === data.chosen ? 'var(--insight)' : 'var(--line-strong)',
            }))}
          />
        </>
      ) : (
        <Note>{words.untested}</Note>
      )}
    </ChartFrame>
  )
}

function sayWay(name: string): string {
  return words.ways[name] ?? name
}
