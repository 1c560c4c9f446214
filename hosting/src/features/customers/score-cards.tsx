import { formatCount, formatMoney, formatNumber, formatShare } from '@/data/format'
import type { Scores } from '@/features/customers/api'
import { featureName, formatFigure, isShown } from '@/features/customers/figures'
import { text } from '@/features/customers/text'
import { text as predicting } from '@/features/predicting/text'
import { Badge } from '@/ui/badge'
import { Card, CardBody, CardHead, Figure } from '@/ui/card'

interface ScoresProps {
  scores: Scores
  currency: string | null
}

/** What a customer has spent, and what is predicted of them. */
export function MainFigures({ scores, currency }: ScoresProps) {
  const number = (name: string): number | null => {
    const value = scores[name]
    return typeof value === 'number' ? value : null
  }
  const money = (amount: number | null): string => formatMoney(amount, currency)
  const range = (name: 'churn' | 'value', write: (value: number) => string): string | undefined => {
    if (number(name) === null) return predicting.tooLittle
    const [low, high] = [number(`${name}_low`), number(`${name}_high`)]
    return low === null || high === null ? undefined : predicting.range(write(low), write(high))
  }
  return (
    <Card className="px-4 py-4 sm:px-5">
      <dl className="grid grid-cols-2 gap-4 sm:grid-cols-3">
        <Figure label={featureName('monetary')} value={money(number('monetary'))} />
        <Figure label={featureName('frequency')} value={formatCount(number('frequency'))} />
        <Figure label={featureName('recency_days')} value={formatCount(number('recency_days'))} />
        <Figure
          label={featureName('average_order_value')}
          value={money(number('average_order_value'))}
        />
        <Figure
          label={featureName('churn')}
          value={formatShare(number('churn'))}
          tone="insight"
          note={range('churn', formatShare)}
        />
        <Figure
          label={featureName('value')}
          value={money(number('value'))}
          tone="insight"
          note={range('value', money)}
        />
      </dl>
    </Card>
  )
}

/** Scores of 1 to 5 for how recently, how often and for how much somebody buys. */
export function RfmCard({ scores }: { scores: Scores }) {
  const ranked = (['r', 'f', 'm'] as const).map((score) => [score, scores[score] ?? null] as const)
  if (ranked.every(([, score]) => score === null)) return null
  return (
    <Card>
      <CardHead
        title={text.rfm.title}
        actions={scores['rfm_group'] ? <Badge tone="primary">{String(scores['rfm_group'])}</Badge> : null}
      />
      <CardBody className="pt-3">
        <dl className="grid grid-cols-3 gap-2 text-center">
          {ranked.map(([score, value]) => (
            <div key={score} className="rounded-lg bg-sunken px-2 py-2">
              <dt className="text-xs text-ink-soft">{text.rfm[score]}</dt>
              <dd className="figures text-lg font-semibold">
                {typeof value === 'number' ? formatNumber(value, 0) : '–'}
              </dd>
            </div>
          ))}
        </dl>
      </CardBody>
    </Card>
  )
}

/** Every figure that there is of a customer, folded away. */
export function AllFigures({ scores, currency }: ScoresProps) {
  return (
    <Card>
      <details>
        <summary className="px-4 py-3 font-medium select-none hover:bg-sunken sm:px-5">
          {text.customer.raw}
        </summary>
        <dl className="figures grid grid-cols-[minmax(0,1fr)_auto] gap-x-4 gap-y-1.5 border-t border-line p-4 text-[13px] sm:px-5">
          {Object.entries(scores)
            .filter(([name]) => isShown(name))
            .map(([name, cell]) => (
              <div key={name} className="contents">
                <dt className="text-ink-soft">{featureName(name)}</dt>
                <dd className="text-right">{formatFigure(name, cell, currency)}</dd>
              </div>
            ))}
        </dl>
      </details>
    </Card>
  )
}
