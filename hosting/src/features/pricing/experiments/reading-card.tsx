import { RotateCcw, TriangleAlert } from 'lucide-react'

import { whatFailed } from '@/data/failure'
import { formatCount, formatFixed, formatShare } from '@/data/format'
import { formatMinor } from '@/data/money'
import type { PriceTest, Product } from '@/data/prices'
import { currencyOf } from '@/features/pricing/audience'
import {
  type ArmReading,
  type ArmTotals,
  type Comparison,
  type Interval,
  type Reading,
  useReading,
} from '@/features/pricing/experiments/api'
import { CONTROL } from '@/features/pricing/experiments/test-draft'
import { text } from '@/features/pricing/experiments/text'
import { effectText } from '@/features/pricing/words'
import { FigureTable } from '@/features/segments/charts/chart-frame'
import { usePlace } from '@/features/sources/place'
import { Badge } from '@/ui/badge'
import { Button } from '@/ui/button'
import { Card, CardBody, CardHead } from '@/ui/card'
import { Failed, Loading, Note } from '@/ui/states'

const words = text.reading
const HOLDOUT = 'holdout'

/** What an arm is called by those who read it. */
export function armNames(test: PriceTest, currency: string): (id: string) => string {
  const names = new Map(
    test.arms.map(({ id, effect }) => [id, effect ? effectText(effect, currency) : text.control]),
  )
  names.set(HOLDOUT, words.holdout)
  return (id) => names.get(id) ?? (id === CONTROL ? text.control : id)
}

export function ReadingCard({ test, products }: { test: PriceTest; products: Product[] }) {
  const { source, currency } = usePlace()
  const reading = useReading(source.ref.uid, test)
  const money = reading.data?.currency ?? currencyOf(products, currency)
  if (reading.isPending) return <Loading label={words.loading} rows={2} />
  if (reading.isError) {
    return <Failed inside title={words.failed} message={whatFailed(reading.error).message} />
  }
  return (
    <Read
      reading={reading.data}
      nameOf={armNames(test, money)}
      currency={money}
      onAgain={() => void reading.refetch()}
      busy={reading.isFetching}
    />
  )
}

interface ReadProps {
  reading: Reading
  nameOf: (id: string) => string
  currency: string
  onAgain: () => void
  busy: boolean
}

export function Read({ reading, nameOf, currency, onAgain, busy }: ReadProps) {
  return (
    <div className="space-y-4">
      <VerdictCard reading={reading} nameOf={nameOf} onAgain={onAgain} busy={busy} />
      {reading.arms.map((arm) => (
        <ArmCard
          key={arm.arm}
          arm={arm}
          title={words.against(nameOf(arm.arm), nameOf(reading.control))}
          decisive={reading.verdict.metric}
        />
      ))}
      {reading.totals.length ? (
        <Totals totals={reading.totals} nameOf={nameOf} currency={currency} />
      ) : null}
    </div>
  )
}

const TONES: Record<string, 'good' | 'bad' | 'plain'> = {
  uneven_split: 'bad',
  guard_rail_broken: 'bad',
  arm_wins: 'good',
}

function VerdictCard({ reading, nameOf, onAgain, busy }: Omit<ReadProps, 'currency'>) {
  const { verdict, ratio } = reading
  return (
    <Card>
      <CardHead
        title={words.verdicts[verdict.state] ?? verdict.state}
        note={words.notes[verdict.state]}
        actions={
          <>
            <Badge tone={TONES[verdict.state] ?? 'plain'}>
              {verdict.may_stop ? words.mayStop : words.goOn}
            </Badge>
            <Button size="small" busy={busy} onClick={onAgain}>
              <RotateCcw aria-hidden /> {words.refresh}
            </Button>
          </>
        }
      />
      <CardBody className="space-y-2 pt-3 text-[13px]">
        {verdict.arm ? <p className="font-medium">{words.winner(nameOf(verdict.arm))}</p> : null}
        {verdict.orders_missing > 0 || verdict.days_missing > 0 ? (
          <p>{words.missing(formatCount(verdict.orders_missing), formatCount(verdict.days_missing))}</p>
        ) : null}
        {ratio.alarm ? (
          <Note tone="bad" role="alert">
            <span className="flex items-start gap-2">
              <TriangleAlert aria-hidden className="mt-0.5 size-4 shrink-0" /> {words.alarm(pText(ratio.p))}
            </span>
          </Note>
        ) : (
          <p className="text-ink-soft">{words.ratio(pText(ratio.p))}</p>
        )}
      </CardBody>
    </Card>
  )
}

function ArmCard({ arm, title, decisive }: { arm: ArmReading; title: string; decisive: string }) {
  return (
    <Card>
      <CardHead title={title} />
      <CardBody className="space-y-4 pt-3">
        {arm.comparisons.map((one) => (
          <ThreeWays key={one.metric} one={one} decisive={one.metric === decisive} />
        ))}
        <section>
          <h3 className="text-[13px] font-medium">{words.rails}</h3>
          <ul className="mt-1.5 flex flex-wrap gap-2">
            {arm.guard_rails.map(({ name, state }) => (
              <li key={name}>
                <Badge tone={state === 'broken' ? 'bad' : state === 'holds' ? 'good' : 'plain'}>
                  {words.railNames[name] ?? name}: {words.railStates[state] ?? state}
                </Badge>
              </li>
            ))}
          </ul>
        </section>
      </CardBody>
    </Card>
  )
}

/** One figure in three ways of reading, side by side. */
function ThreeWays({ one, decisive }: { one: Comparison; decisive: boolean }) {
  const { bayesian } = one
  return (
    <section>
      <h3 className="flex items-center gap-2 text-[13px] font-medium">
        {words.metrics[one.metric] ?? one.metric}
        {decisive ? <Badge tone="pricing">{words.decides}</Badge> : null}
      </h3>
      <dl className="figures mt-1.5 grid gap-3 rounded-lg bg-sunken p-3 sm:grid-cols-3">
        <Way label={words.once} note={words.onceNote} interval={one.t_test} />
        <Way label={words.always} note={words.alwaysNote} interval={one.sequential} />
        <div>
          <dt className="text-xs text-ink-soft">
            {words.belief} <span className="block">{words.beliefNote}</span>
          </dt>
          {bayesian ? (
            <dd className="mt-1">
              <span className="block font-semibold">{words.chance(formatShare(bayesian.chance, 1))}</span>
              <span className="block text-xs text-ink-soft">
                {words.risk(formatShare(bayesian.risk, 2))} · {spanText(bayesian)}
              </span>
            </dd>
          ) : (
            <dd className="mt-1 text-ink-soft">{words.cannot}</dd>
          )}
        </div>
      </dl>
    </section>
  )
}

function Way({ label, note, interval }: { label: string; note: string; interval: Interval }) {
  return (
    <div>
      <dt className="text-xs text-ink-soft">
        {label} <span className="block">{note}</span>
      </dt>
      {interval ? (
        <dd className="mt-1">
          <span className="block font-semibold">{signed(interval.estimate)}</span>
          <span className="block text-xs text-ink-soft">
            {spanText(interval)}
            {interval.p == null ? '' : ` · ${words.p(pText(interval.p))}`}
          </span>
        </dd>
      ) : (
        <dd className="mt-1 text-ink-soft">{words.cannot}</dd>
      )}
    </div>
  )
}

function Totals({ totals, nameOf, currency }: { totals: ArmTotals[]; nameOf: (id: string) => string; currency: string }) {
  const { columns } = words
  return (
    <Card>
      <CardHead title={words.totals} />
      <CardBody className="pt-3">
        <FigureTable
          title={words.totals}
          table={{
            columns: [
              columns.arm,
              columns.customers,
              columns.buyers,
              columns.conversion,
              columns.orders,
              columns.open,
              columns.revenue,
            ],
            rows: totals.map((arm) => [
              nameOf(arm.id),
              formatCount(arm.customers),
              formatCount(arm.buyers),
              formatShare(arm.customers && arm.buyers != null ? arm.buyers / arm.customers : null, 1),
              formatCount(arm.orders),
              formatCount(arm.open),
              formatMinor(arm.revenue_total, currency),
            ]),
          }}
        />
      </CardBody>
    </Card>
  )
}

/** A share with its sign, `+13.3%`. */
export function signed(share: number): string {
  return `${share > 0 ? '+' : ''}${formatShare(share, 1)}`
}

function spanText({ low, high }: { low: number; high: number }): string {
  return `${signed(low)} … ${signed(high)}`
}

function pText(p: number): string {
  return p < 0.001 ? '< 0.001' : formatFixed(p, 3)
}
